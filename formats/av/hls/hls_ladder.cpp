// Scales by libswscale, strip by strip, without waiting for the complete picture.

#include "formats/av/hls/hls_ladder.h"

extern "C" {
#include <libswscale/swscale.h>
}

#include <utility>

#include "formats/av/av_strip.h"
#include "formats/av/encode/make_film_track.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

// Return the track of the scaled pictures. The picture keeps its shape: if the rung's differs by more than rounding to
// pixels explains, the pixels are not square.
Track scaled_track(const Track& track, std::uint32_t width, std::uint32_t height) {
  Track scaled = track;
  constexpr int first_turned = 5;  // EXIF: from here on width and height are swapped
  if (track.orientation >= first_turned) std::swap(width, height);
  scaled.width = width;
  scaled.height = height;
  const double stretched = static_cast<double>(width) * track.height / (static_cast<double>(height) * track.width);
  if (stretched > 0.99 && stretched < 1.01) return scaled;
  const Rational before = track.sample_aspect.num != 0 ? track.sample_aspect : Rational{1, 1};
  AVRational aspect{1, 1};
  av_reduce(&aspect.num, &aspect.den, before.num * track.width / 2 * height, before.den * track.height / 2 * width,
            65535);
  scaled.sample_aspect = rational(aspect);
  return scaled;
}

}  // namespace

ScaledTrack::ScaledTrack(const FilmSettings& settings, PacketSink& sink, const Track& track, const Frame* first,
                         std::uint32_t width, std::uint32_t height)
    : track_(track), scaled_(scaled_track(track, width, height)) {
  const AVPixelFormat format = av_format(*track.pixels);
  const auto from_width = static_cast<int>(track.width), from_height = static_cast<int>(track.height);
  const auto to_width = static_cast<int>(scaled_.width), to_height = static_cast<int>(scaled_.height);
  check_memory(sink.name(), strip_bytes(*track.pixels, scaled_.width, scaled_.height), "a picture of the ladder");
  if (sws_isSupportedInput(format) != 0 && sws_isSupportedOutput(format) != 0) {
    scaler_ = sws_getContext(from_width, from_height, format, to_width, to_height, format, SWS_BICUBIC, nullptr,
                             nullptr, nullptr);
  }
  if (scaler_ == nullptr) {
    throw Error(Status::Data, sink.name() + ": " + std::string(track.pixels->name) + " cannot be scaled");
  }
  picture_ = new_picture(format, to_width, to_height);
  encoder_ = make_film_track(settings, sink, scaled_, {}, first);
}

ScaledTrack::~ScaledTrack() { sws_freeContext(scaler_); }

void ScaledTrack::rows(const Strip& strip) {
  const std::uint8_t* planes[4]{};
  int strides[4]{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(strip.format->planes); ++i) {
    planes[i] = reinterpret_cast<const std::uint8_t*>(strip.planes.at(i).data);
    strides[i] = static_cast<int>(strip.planes.at(i).stride);
  }
  const int code = sws_scale(scaler_, planes, strides, static_cast<int>(strip.first), static_cast<int>(strip.rows),
                             picture_->data, picture_->linesize);
  if (code < 0) throw av_failure(code, "the ladder", "scaling");
  if (!strip.last) return;
  Strip whole = strip_of(*picture_, scaled_);
  whole.damaged = strip.damaged;
  encoder_->rows(whole);
}

bool ScaledTrack::can_continue_with(const Track& track) const {
  return track.is_raw_video() && track.pixels == track_.pixels && track.width == track_.width &&
         track.height == track_.height && track.color == track_.color && track.alpha == track_.alpha &&
         track.orientation == track_.orientation;
}

}  // namespace sl::av

// Scales strip by strip, without waiting for the complete picture.

#include "formats/av/hls/hls_ladder.h"

#include "formats/av/encode/make_film_track.h"
#include "libcore/base/error.h"

namespace sl::av {

namespace {

[[noreturn]] void refuse_fields(const std::string& name) {
  throw Error(Status::Data, name +
                                ": interlaced frames cannot be scaled: their two fields are different moments "
                                "(sl-deinterlace makes one of them)");
}

Resampler scaler(const std::string& name, const Track& track, const Size& size) {
  if (track.fields == Fields::Top || track.fields == Fields::Bottom) refuse_fields(name);
  return Resampler(track, size, {.kernel = Kernel::Cubic});
}

}  // namespace

ScaledTrack::ScaledTrack(const FilmSettings& settings, PacketSink& sink, const Track& track, const Frame* first,
                         const Size& size)
    : name_(sink.name()),
      track_(track),
      scaler_(scaler(name_, track, size)),
      encoder_(make_film_track(settings, sink, scaler_.track(), {}, first)) {}

void ScaledTrack::begin_frame(const Frame& frame) {
  if ((frame.flags & frame_flag::interlaced) != 0) refuse_fields(name_);
  encoder_->begin_frame(frame);
}

void ScaledTrack::rows(const Strip& strip) {
  scaler_.push(strip, [this](const Strip& scaled) { encoder_->rows(scaled); });
}

bool ScaledTrack::can_continue_with(const Track& track) const {
  return track.is_raw_video() && track.pixels == track_.pixels && track.width == track_.width &&
         track.height == track_.height && track.color == track_.color && track.alpha == track_.alpha &&
         track.orientation == track_.orientation;
}

}  // namespace sl::av

// AVFrame to FRAME and ROWS or BYTES. Planes go out from the decoder's memory, without a copy.

#include "formats/av/decode/frame_writer.h"
#include "libcore/media/frame.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <string>
#include <utility>

#include "formats/av/av_strip.h"
#include "formats/av/stream_track.h"
#include "libcore/base/report.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"

namespace sl::av {

namespace {

template <class From, class To, class Change>
void interleave(const AVFrame& frame, std::int64_t skip, std::int64_t samples, To* to, Change change) {
  const int channels = frame.ch_layout.nb_channels;
  const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
  for (int c = 0; c < channels; ++c) {
    const auto* from = reinterpret_cast<const From*>(frame.extended_data[planar ? c : 0]);
    const std::int64_t step = planar ? 1 : channels, start = planar ? skip : skip * channels + c;
    for (std::int64_t i = 0; i < samples; ++i) to[i * channels + c] = change(from[start + i * step]);
  }
}

}  // namespace

FrameWriter::~FrameWriter() { sws_freeContext(scaler_); }

std::int64_t FrameWriter::time_of(const AVFrame& frame) { return frame.pts == AV_NOPTS_VALUE ? no_time : frame.pts; }

std::int64_t FrameWriter::duration_of(const AVFrame& frame) const {
  if (track_.kind == Kind::Audio) {
    return rescale(frame.nb_samples, {1, static_cast<std::int64_t>(frame.sample_rate)}, track_.time_base);
  }
  if (frame.pkt_duration > 0) return frame.pkt_duration;
  if (track_.rate.num == 0) return no_time;
  return rescale(1, {track_.rate.den, track_.rate.num}, track_.time_base);
}

void FrameWriter::learn(const AVFrame& frame) { update_track(track_, frame); }

void FrameWriter::write(const AVFrame& frame, bool damaged, const Facts& facts) {
  Track now = track_;
  update_track(now, frame);
  if (!announced_ || now != track_) {
    track_ = now;
    announce();
  }
  Frame head;
  const Frame none, &packet = facts.packet != nullptr ? *facts.packet : none;
  head.number = std::max(facts.number.value_or(next_number_), next_number_);
  head.capture = packet.capture;
  head.wall = packet.wall;
  head.metadata = packet.metadata;
  head.pts = time_of(frame);
  head.duration = duration_of(frame);
  head.flags = (frame.key_frame != 0 || track_.kind == Kind::Audio ? frame_flag::key : 0) |
               (damaged ? frame_flag::damaged : 0) | (frame.interlaced_frame != 0 ? frame_flag::interlaced : 0) |
               (frame.interlaced_frame != 0 && frame.top_field_first != 0 ? frame_flag::top_first : 0) |
               (packet.flags & frame_flag::discontinuity);
  const std::int64_t keep = facts.keep < 0 ? frame.nb_samples : std::min<std::int64_t>(facts.keep, frame.nb_samples);
  const std::int64_t samples = keep - facts.skip;
  if (track_.kind == Kind::Audio && samples != frame.nb_samples) {
    const Rational rate{1, frame.sample_rate};
    if (head.pts != no_time) head.pts += rescale(facts.skip, rate, track_.time_base);
    head.duration = rescale(samples, rate, track_.time_base);
  }
  if (facts.zero != 0 && head.pts != no_time) {
    const std::int64_t late = std::max<std::int64_t>(subtract_time(facts.zero, head.pts), 0);
    head.pts = subtract_time(add_time(head.pts, late), facts.zero);
    if (head.duration > late) head.duration -= late;
  }
  begin(head);
  if (track_.kind == Kind::Audio) {
    write_audio(frame, damaged, facts.skip, samples);
  } else {
    write_video(converted(frame), damaged);
  }
}

// Convert formats that the wire lacks, and pictures that are upside down in memory.
const AVFrame& FrameWriter::converted(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const bool flipped = frame.linesize[0] < 0;
  const AVPixelFormat target = av_format(*track_.pixels);
  if (wire_format(format) != nullptr && !flipped) return frame;
  converted_ = new_picture(flipped && wire_format(format) != nullptr ? format : target, frame.width, frame.height);
  int error = 0;
  if (converted_->format == format) {
    error = av_frame_copy(converted_.get(), &frame);
  } else {
    scaler_ = sws_getCachedContext(scaler_, frame.width, frame.height, format, frame.width, frame.height, target,
                                   SWS_POINT | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr);
    if (scaler_ == nullptr) throw Error(Status::Resources, "no conversion to the wire's pixel formats");
    error = sws_scale(scaler_, frame.data, frame.linesize, 0, frame.height, converted_->data, converted_->linesize);
  }
  if (error < 0) throw av_failure(error, "a frame", "conversion");
  return *converted_;
}

void FrameWriter::write_video(const AVFrame& frame, bool damaged) {
  Strip whole = strip_of(frame, track_);
  whole.damaged = damaged;
  out_.rows(number_, whole);
}

void FrameWriter::write_audio(const AVFrame& frame, bool damaged, std::int64_t skip, std::int64_t samples) {
  const auto same = [](auto v) { return v; };
  bool rounded = false;
  samples_.resize(static_cast<std::size_t>(samples) * sample_frame_bytes(track_));
  void* const to = samples_.data();
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      interleave<std::uint8_t>(frame, skip, samples, static_cast<std::uint8_t*>(to), same);
      break;
    case AV_SAMPLE_FMT_S16:
      interleave<std::int16_t>(frame, skip, samples, static_cast<std::int16_t*>(to), same);
      break;
    case AV_SAMPLE_FMT_S32:
      interleave<std::int32_t>(frame, skip, samples, static_cast<std::int32_t*>(to), same);
      break;
    case AV_SAMPLE_FMT_S64:
      interleave<std::int64_t>(frame, skip, samples, static_cast<std::int32_t*>(to), [&rounded](std::int64_t v) {
        rounded = rounded || static_cast<std::uint32_t>(v) != 0;
        return static_cast<std::int32_t>(v >> 32);
      });
      break;
    case AV_SAMPLE_FMT_DBL:
      interleave<double>(frame, skip, samples, static_cast<float*>(to), [&rounded](double v) {
        const auto near = static_cast<float>(v);
        rounded = rounded || static_cast<double>(near) != v;
        return near;
      });
      break;
    default:
      interleave<float>(frame, skip, samples, static_cast<float*>(to), same);
      break;
  }
  out_.bytes(number_, samples_, true, damaged);
  if (!rounded || track_.bits != 0 || std::exchange(reported_rounding_, true)) return;
  const std::string why = "samples of 64 bits are rounded to 32 bits";
  warn("track " + std::to_string(number_) + ": " + why);
  write_not_carried(out_, number_, "bits of sound", why);
}

}  // namespace sl::av

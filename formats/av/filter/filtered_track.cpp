// Wire to graph.

#include "formats/av/filter/filtered_track.h"

extern "C" {
#include <libavutil/channel_layout.h>
}

#include <array>
#include <cstring>

#include "formats/av/av_strip.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/reader.h"

namespace sl::av {

namespace {

// Interleaved R G B (A) to planes of G, B, R (A): FFmpeg 5.1 has floats in planes only.
void split_floats(const Strip& strip, const AVFrame& frame) {
  const int components = strip.format->components;
  constexpr std::array<int, 4> plane_of{2, 0, 1, 3};
  for (std::uint32_t y = 0; y < strip.rows; ++y) {
    const auto* from = strip.planes[0].row<float>(y);
    for (int c = 0; c < components; ++c) {
      const int plane = plane_of.at(static_cast<std::size_t>(c));
      auto* to =
          reinterpret_cast<float*>(frame.data[plane] + std::ptrdiff_t{frame.linesize[plane]} * (strip.first + y));
      for (std::uint32_t x = 0; x < strip.width; ++x) to[x] = from[static_cast<std::size_t>(x) * components + c];
    }
  }
}

bool is_float_rgb(const PixelFormat& format) {
  return format.sample == Sample::F32 && format.packing == Packing::Interleaved && format.components > 2;
}

bool same_samples(const Track& a, const Track& b) {
  return a.pixels == b.pixels && a.width == b.width && a.height == b.height && a.color == b.color && a.rate == b.rate &&
         a.sample_aspect == b.sample_aspect && a.orientation == b.orientation && a.samples == b.samples &&
         a.sample_rate == b.sample_rate && a.channels == b.channels && a.layout == b.layout;
}

void check_error(int error) {
  if (error < 0) throw Error(Status::Resources, "out of memory");
}

}  // namespace

FilteredTrack::FilteredTrack(const FilterJob& job, Reader& in, Writer& out, std::uint16_t number)
    : job_(job),
      in_(in),
      number_(number),
      track_(in.track(number)),
      graph_(std::make_unique<FilterGraph>(job, track_)),
      output_(out, number, described(), track_) {}

Track FilteredTrack::described() const {
  Track track = graph_->output(track_);
  if (job_.progressive && (track.fields == Fields::Top || track.fields == Fields::Bottom)) {
    track.fields = Fields::Progressive;
  }
  if (job_.samples.empty()) return track;
  track.samples = job_.samples == "keep" ? track_.samples : job_.samples;
  track.bits = job_.samples == "f32le" ? 0 : track_.bits;
  return track;
}

void FilteredTrack::change() {
  const Track& now = in_.track(number_);
  if (!same_samples(now, track_)) {
    finish();
    graph_ = std::make_unique<FilterGraph>(job_, now);
    finished_ = false;
    next_sample_.reset();
  }
  track_ = now;
  output_.change(described(), {});
}

// Drop attachments tied to the pixels, which change, and to the next frame, which may not be the next output frame.
std::vector<Attachment> FilteredTrack::carried() const {
  std::vector<Attachment> kept = in_.attachments(number_);
  std::erase_if(kept, [](const Attachment& attachment) { return attachment.flags != 0; });
  return kept;
}

void FilteredTrack::attachments_changed() { output_.set_attachments(carried()); }

void FilteredTrack::frame() {
  const Frame& frame = in_.frame(number_);
  if (finished_) return;
  if (track_.kind == Kind::Video) start_picture();
  if (track_.kind == Kind::Audio) next_sample_ = sample_position(frame);
  output_.note_input(frame);
}

void FilteredTrack::start_picture() {
  const Frame& frame = in_.frame(number_);
  const bool interlaced = (frame.flags & frame_flag::interlaced) != 0;
  const bool woven = interlaced || track_.fields == Fields::Top || track_.fields == Fields::Bottom;
  interlaced_frames_ += woven ? 1 : 0;
  frame_ = new_frame();
  frame_->format = graph_->input_format();
  frame_->width = static_cast<int>(track_.width);
  frame_->height = static_cast<int>(track_.height);
  check_error(av_frame_get_buffer(frame_.get(), 0));
  frame_->pts = frame.pts == no_time ? AV_NOPTS_VALUE : frame.pts;
  frame_->pkt_duration = frame.duration == no_time ? 0 : frame.duration;
  frame_->key_frame = (frame.flags & frame_flag::key) != 0 ? 1 : 0;
  frame_->interlaced_frame = woven ? 1 : 0;
  frame_->top_field_first =
      woven && (interlaced ? (frame.flags & frame_flag::top_first) != 0 : track_.fields == Fields::Top);
  if ((frame.flags & frame_flag::damaged) != 0) frame_->flags |= AV_FRAME_FLAG_CORRUPT;
  if (track_.sample_aspect.num != 0) frame_->sample_aspect_ratio = av_rational(track_.sample_aspect);
  set_color(*frame_, track_.color);
}

void FilteredTrack::rows() {
  if (finished_) return;
  const Strip strip = in_.strip();
  if (is_float_rgb(*strip.format)) {
    split_floats(strip, *frame_);
  } else {
    copy_to(*frame_, strip);
  }
  if (strip.damaged) frame_->flags |= AV_FRAME_FLAG_CORRUPT;
  if (strip.last) push(frame_.get());
}

// Return the position of the frame in samples. Times in a coarser time base than the samples' are rounded: within that
// error trust the count of samples, as jitter of times would become jitter of sound.
std::int64_t FilteredTrack::sample_position(const Frame& frame) {
  const Rational base = track_.time_base, rate{1, static_cast<std::int64_t>(track_.sample_rate)};
  const std::int64_t counted = next_sample_.value_or(0);
  if (frame.pts == no_time) return counted;
  const std::int64_t stated = rescale(frame.pts, base, rate);
  const bool exact = base.num * rate.den % base.den == 0;  // below 2^62
  const std::int64_t tick = exact ? 0 : rescale(1, base, rate) + 1;
  return next_sample_ && std::abs(stated - counted) <= tick ? counted : stated;
}

void FilteredTrack::bytes(bool damaged) {
  const auto piece = in_.body();
  if (finished_ || piece.empty()) return;
  const std::size_t samples = piece.size() / sample_frame_bytes(track_);
  const FramePtr frame = new_frame();
  frame->format = graph_->input_format();
  frame->sample_rate = static_cast<int>(track_.sample_rate);
  frame->nb_samples = static_cast<int>(samples);
  check_error(av_channel_layout_copy(&frame->ch_layout, &graph_->input_layout()));
  check_error(av_frame_get_buffer(frame.get(), 0));
  std::memcpy(frame->data[0], piece.data(), piece.size());
  frame->pts = *next_sample_;
  frame->key_frame = 1;
  if (damaged || (in_.frame(number_).flags & frame_flag::damaged) != 0) frame->flags |= AV_FRAME_FLAG_CORRUPT;
  next_sample_ = *next_sample_ + static_cast<std::int64_t>(samples);
  push(frame.get());
}

void FilteredTrack::push(AVFrame* frame) {
  finished_ = !graph_->push(frame) || frame == nullptr;
  drain();
}

void FilteredTrack::drain() {
  for (FramePtr frame = new_frame(); graph_->pull(*frame); frame = new_frame()) {
    output_.send(std::move(frame), graph_->output_time_base());
  }
}

void FilteredTrack::finish() {
  if (!finished_) push(nullptr);
  output_.finish();
}

}  // namespace sl::av

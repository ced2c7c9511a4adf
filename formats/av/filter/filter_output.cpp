// Graph to wire.

#include "formats/av/filter/filter_output.h"

#include <algorithm>
#include <utility>

#include "formats/av/av_strip.h"
#include "libcore/filter/cut_off.h"
#include "libcore/filter/point.h"
#include "libcore/sound/sample_times.h"
#include "libcore/sound/samples.h"
#include "libcore/wire/events.h"

namespace sl::av {

namespace {

// A graph may hold back this many pictures and still return them with all their facts.
constexpr std::size_t max_remembered = 4096;

// vflip leaves pictures upside down in memory.
FramePtr right_way_up(const AVFrame& frame) {
  FramePtr copy = new_frame();
  copy->format = frame.format;
  copy->width = frame.width;
  copy->height = frame.height;
  if (av_frame_get_buffer(copy.get(), 0) < 0 || av_frame_copy(copy.get(), &frame) < 0) {
    throw Error(Status::Resources, "out of memory");
  }
  return copy;
}

}  // namespace

FilterOutput::FilterOutput(Writer& out, std::uint16_t number, Track track, const Track& input)
    : out_(out), number_(number), track_(std::move(track)), input_(input.time_base) {
  from_rgb_ = input.pixels != nullptr && input.pixels->model == Model::Rgb;
  keeps_rate_ = track_.rate == input.rate || track_.rate.num == 0 || input.rate.num == 0;
}

void FilterOutput::announce() {
  if (std::exchange(announced_, true)) return;
  out_.track(number_, track_);
  for (const Attachment& attachment : attachments_) out_.attachment(number_, attachment);
}

void FilterOutput::change(Track track, std::vector<Attachment> attachments) {
  finish();                                     // the held picture belongs to the old track
  const Rational time_base = track_.time_base;  // never changes in a stream
  const Color color = track_.color;
  track_ = std::move(track);
  track_.time_base = time_base;
  if (announced_ && track_.kind == Kind::Video) track_.color = color;
  attachments_ = std::move(attachments);
  announced_ = false;
}

void FilterOutput::set_attachments(std::vector<Attachment> attachments) {
  finish();
  attachments_ = std::move(attachments);
  announced_ = false;
}

void FilterOutput::note_input(const Frame& frame) {
  if (frame.pts == no_time || track_.kind == Kind::Audio) return;
  Frame kept = frame;
  if (drop_geometry(kept) && !std::exchange(reported_geometry_, true)) {
    announce();
    report_not_carried(out_, number_, "metadata geometry", "pixels may have moved");
  }
  inputs_.insert_or_assign(frame.pts, std::move(kept));
  if (inputs_.size() > max_remembered) inputs_.erase(inputs_.begin());
}

// Return the picture that was pushed at exactly this time.
const Frame* FilterOutput::origin_of(std::int64_t pts) const {
  if (pts == no_time) return nullptr;
  const std::int64_t there = rescale(pts, track_.time_base, input_);
  if (compare_times(there, input_, pts, track_.time_base) != 0) return nullptr;
  const auto found = inputs_.find(there);
  return found == inputs_.end() ? nullptr : &found->second;
}

void FilterOutput::send(FramePtr frame, AVRational time_base) {
  update_track(*frame);
  announce();
  Held now;
  now.head.pts = frame->pts == AV_NOPTS_VALUE ? no_time : rescale(frame->pts, rational(time_base), track_.time_base);
  const bool damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  if (track_.kind == Kind::Audio) {
    now.head.number = next_number_++;
    now.head.duration = rescale(frame->nb_samples, {1, frame->sample_rate}, track_.time_base);
    now.head.flags = frame_flag::key | (damaged ? frame_flag::damaged : 0);
    out_.frame(number_, now.head);
    return write_audio(*frame);
  }
  now.head.flags = (frame->key_frame != 0 ? frame_flag::key : 0) | (damaged ? frame_flag::damaged : 0) |
                   (frame->interlaced_frame != 0 ? frame_flag::interlaced : 0) |
                   (frame->interlaced_frame != 0 && frame->top_field_first != 0 ? frame_flag::top_first : 0);
  if (const Frame* origin = origin_of(now.head.pts)) {
    now.matched = true;
    now.head.capture = origin->capture;
    now.head.wall = origin->wall;
    now.head.metadata = origin->metadata;
    now.input_duration = rescale(origin->duration, input_, track_.time_base);
    inputs_.erase(inputs_.begin(), inputs_.find(rescale(now.head.pts, track_.time_base, input_)));
  }
  now.frame = std::move(frame);
  if (held_) write(*held_, &now);
  held_ = std::move(now);
  if (track_.live) finish();
}

void FilterOutput::finish() {
  if (held_) write(*held_, nullptr);
  held_.reset();
}

std::int64_t FilterOutput::length_of(const Held& held, const Held* next) const {
  std::int64_t gap = no_time;
  if (next != nullptr && held.head.pts != no_time && next->head.pts > held.head.pts)
    gap = next->head.pts - held.head.pts;
  if (gap == no_time && next == nullptr && !kept_last_ && last_gap_ != no_time) return last_gap_;
  const bool fits = next == nullptr ? kept_last_ : next->matched && (gap == no_time || held.input_duration <= gap);
  if (held.matched && keeps_rate_ && fits && (held.input_duration > 0 || gap == no_time)) return held.input_duration;
  if (gap != no_time) return gap;
  if (track_.rate.num != 0) return rescale(1, {track_.rate.den, track_.rate.num}, track_.time_base);
  return no_time;
}

void FilterOutput::write(Held& held, const Held* next) {
  held.head.number = next_number_++;
  held.head.duration = length_of(held, next);
  kept_last_ = held.matched && held.head.duration == held.input_duration;
  if (next != nullptr && held.head.duration > 0) last_gap_ = held.head.duration;
  out_.frame(number_, held.head);
  write_video(*held.frame);
}

// Take colours, size and fields from a frame: the graph does not know them earlier.
void FilterOutput::update_track(const AVFrame& frame) {
  if (track_.kind != Kind::Video) return;
  Track now = track_;
  now.pixels = wire_format(static_cast<AVPixelFormat>(frame.format));
  now.width = static_cast<std::uint32_t>(frame.width);
  now.height = static_cast<std::uint32_t>(frame.height);
  now.color = wire_color(frame);
  const bool made_of_rgb = now.color.matrix == 0 || (now.color.matrix == 2 && from_rgb_);
  if (now.pixels->model == Model::Yuv && made_of_rgb) {
    now.color.matrix = 6;  // libswscale's default is BT.601
    if (now.color.range == Range::Unknown) now.color.range = Range::Limited;
  }
  if (frame.interlaced_frame != 0) {
    now.fields = frame.top_field_first != 0 ? Fields::Top : Fields::Bottom;
  } else if (now.fields == Fields::Top || now.fields == Fields::Bottom) {
    now.fields = Fields::Progressive;
  }
  if (now == track_) return;
  finish();  // the held picture belongs to the old track
  if (now.color != track_.color || now.pixels->model != track_.pixels->model) {
    std::erase_if(attachments_, [](const Attachment& attachment) { return attachment.name == "icc"; });
  }
  track_ = std::move(now);
  announced_ = false;
}

void FilterOutput::write_video(const AVFrame& given) {
  FramePtr copy;
  if (std::any_of(given.linesize, given.linesize + track_.pixels->planes, [](int size) { return size < 0; })) {
    copy = right_way_up(given);
  }
  Strip whole = strip_of(copy ? *copy : given, track_);
  whole.damaged = (given.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  out_.rows(number_, whole);
}

// Doubles become the track's samples here, where those beyond full scale can be counted.
std::span<const std::byte> FilterOutput::samples_of(const AVFrame& frame) {
  const std::size_t bytes = static_cast<std::size_t>(frame.nb_samples) * sample_frame_bytes(track_);
  if (frame.format != AV_SAMPLE_FMT_DBL) return {reinterpret_cast<const std::byte*>(frame.data[0]), bytes};
  const SampleType type = sample_type(track_);
  samples_.resize(bytes);
  const std::span values(reinterpret_cast<const double*>(frame.data[0]), bytes / sample_bytes(type));
  cut_off_ += write_samples(type, values, samples_);
  return samples_;
}

void FilterOutput::write_audio(const AVFrame& frame) {
  const std::size_t bytes = sample_frame_bytes(track_), most = (std::size_t{1} << 20) / bytes * bytes;
  std::span<const std::byte> rest = samples_of(frame);
  const bool damaged = (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  do {
    const std::size_t piece = std::min(rest.size(), most);
    out_.bytes(number_, rest.first(piece), piece == rest.size(), damaged);
    rest = rest.subspan(piece);
  } while (!rest.empty());
}

void FilterOutput::report_loss() { report_cut_off(out_, number_, std::exchange(cut_off_, 0)); }

}  // namespace sl::av

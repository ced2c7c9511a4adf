// The rules of span_cut.h, for each kind of track.

#include "libcore/frames/span_cut.h"

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"

namespace sl {

using Action = HeldTrack::Action;

SpanCut::SpanCut(Reader& in, Writer& out, std::uint16_t number, const Options& options)
    : options_(options), in_(in), held_(in, out, number) {
  const Rational& base = in.track(number).time_base;
  const TimeRange& range = options.range;
  if (range.start) {
    start_ = ticks_down(*range.start, base);
    start_up_ = ticks_up(*range.start, base);
    if (options.shift) shift_ = start_;
  }
  if (range.stop) stop_ = ticks_up(*range.stop, base);
  empty_ = range.start && range.stop && compare(*range.start, *range.stop) == 0;
}

bool SpanCut::before_start(std::int64_t pts) const { return options_.range.start && pts < start_up_; }
bool SpanCut::at_or_after_stop(std::int64_t pts) const { return options_.range.stop && pts >= stop_; }

bool SpanCut::ended_before() const {
  return came_ && !empty_ && options_.range.start && last_end_ != no_time && last_end_ <= start_;
}

Frame SpanCut::shifted(Frame frame) const {
  frame.pts = subtract_time(frame.pts, shift_);
  frame.dts = subtract_time(frame.dts, shift_);
  return frame;
}

Frame SpanCut::clipped(Frame frame) const {
  if (!options_.clip) return shifted(frame);
  std::int64_t end = add_time(frame.pts, frame.duration);
  if (options_.range.start) frame.pts = std::max(frame.pts, start_);
  if (end != no_time) {
    if (options_.range.stop) end = std::min(end, stop_);
    frame.duration = std::max<std::int64_t>(0, subtract_time(end, frame.pts));
  }
  return shifted(frame);
}

void SpanCut::on_record(const wire::Header& record) {
  switch (record.type) {
    case wire::Type::Track:
      return held_.on_track();
    case wire::Type::Frame:
      return on_frame();
    case wire::Type::Rows:
    case wire::Type::Bytes:
      return on_samples(record);
    default:
      return on_ancillary(record);
  }
}

void SpanCut::on_ancillary(const wire::Header& record) {
  if (record.type != wire::Type::Event || shift_ == 0) return held_.on_ancillary(record);
  const std::string event = retime_event(in_.text(), [this](std::int64_t time) { return subtract_time(time, shift_); });
  held_.on_ancillary(record, std::as_bytes(std::span(event)));
}

void SpanCut::open(Action action, const Frame& frame) {
  if (action == Action::Pass) {
    held_.release();
    sent_ = true;
  }
  held_.open(action, frame);
}

void SpanCut::on_frame() {
  const Frame& frame = in_.frame(held_.number());
  const Track& track = in_.track(held_.number());
  came_ = true;
  keeping_ = Keeping::Nothing;
  if (empty_) return open(Action::Drop, frame);
  if (frame.pts == no_time && frame.dts == no_time) return open(Action::Pass, frame);
  const std::int64_t pts = frame.pts == no_time ? frame.dts : frame.pts;
  // A frame of unknown length lasts as long as the one before.
  const std::int64_t before = last_pts_ == no_time ? 1 : std::max<std::int64_t>(1, subtract_time(pts, last_pts_));
  const std::int64_t length = frame.duration > 0 ? frame.duration : before;
  last_pts_ = pts;
  last_end_ = last_end_ == no_time ? add_time(pts, length) : std::max(last_end_, add_time(pts, length));
  over_end_ = at_or_after_stop(pts);
  const std::int64_t second = ticks_up({1, 1}, track.time_base);
  long_over_ = over_end_ && at_or_after_stop(subtract_time(pts, second));
  Frame timed = frame;
  timed.pts = pts;
  if (track.kind == Kind::Video) return track.codec == "raw" ? on_picture(timed) : on_packet(timed);
  if (track.kind == Kind::Audio && track.codec == "raw") return on_sound(timed);
  on_data(timed);
}

// ---- Pictures ----

void SpanCut::on_picture(const Frame& frame) {
  if (options_.range.start && frame.pts <= start_) {
    candidates_.clear();  // another one is shown at the start
    held_.release();
    keeping_ = Keeping::Candidate;
    return open(Action::Keep, frame);
  }
  send_candidates();
  if (at_or_after_stop(frame.pts)) return open(Action::Drop, frame);
  open(Action::Pass, clipped(frame));
}

void SpanCut::send_candidates() {
  for (const KeptFrame& kept : candidates_) {
    Frame frame = kept.frame;
    if (frame.pts == no_time) frame.pts = frame.dts;
    if (kept.context->track.codec != "raw") {
      frame = marked(frame);
    } else {
      const std::int64_t end = add_time(frame.pts, frame.duration);
      if (options_.clip && end != no_time && end <= start_) continue;  // a gap is there at the start
      frame = clipped(frame);
    }
    held_.send(kept, frame);
    sent_ = true;
  }
  candidates_.clear();
  candidate_bytes_ = 0;
  held_.release();
}

// ---- Packets of pictures ----

void SpanCut::on_packet(const Frame& frame) {
  const bool key = (frame.flags & frame_flag::key) != 0;
  if (over_) return on_tail(frame, key);
  if (key) {
    group_pts_ = frame.pts;
    in_group_ = true;
    if (at_or_after_stop(frame.pts)) {
      over_ = true;
      send_candidates();
      tail_ = sent_;
      if (!tail_) return open(Action::Drop, frame);
      keeping_ = Keeping::Candidate;
      return open(Action::Keep, frame);
    }
  }
  // A picture shown before the key frame that it follows needs the group before, which is missing.
  const bool leading = !sent_ && frame.pts < group_pts_;
  if (!in_group_ || leading) return open(Action::Drop, frame);
  if (options_.range.start && frame.pts <= start_ && !sent_) {
    if (key) {
      candidates_.clear();
      candidate_bytes_ = 0;
      held_.release();
    }
    keeping_ = Keeping::Candidate;
    return open(Action::Keep, frame);
  }
  send_candidates();
  open(Action::Pass, marked(frame));
}

// Keep the first key frame after the range until it is known whether pictures shown before it need it.
void SpanCut::on_tail(const Frame& frame, bool key) {
  tail_ = tail_ && !key && frame.pts < group_pts_;
  if (!tail_) {
    candidates_.clear();
    held_.release();
    return open(Action::Drop, frame);
  }
  send_candidates();
  open(Action::Pass, marked(frame));
}

Frame SpanCut::marked(Frame frame) const {
  const bool early = frame.duration > 0 ? options_.range.start && add_time(frame.pts, frame.duration) <= start_
                                        : before_start(frame.pts);
  if (early || at_or_after_stop(frame.pts)) frame.flags |= frame_flag::hidden;
  return shifted(frame);
}

// ---- Data, and packets of sound ----

void SpanCut::on_data(const Frame& frame) {
  const std::int64_t end = add_time(frame.pts, std::max<std::int64_t>(frame.duration, 1));
  const bool early = options_.range.start && end <= start_;
  if (early || at_or_after_stop(frame.pts)) return open(Action::Drop, frame);
  open(Action::Pass, in_.track(held_.number()).kind == Kind::Data ? clipped(frame) : shifted(frame));
}

// ---- Sound ----

void SpanCut::on_sound(const Frame& frame) {
  if (at_or_after_stop(frame.pts)) return open(Action::Drop, frame);
  // A tick more, as durations may be rounded: a block near a border is counted out.
  const bool known = frame.duration >= 0;
  const std::int64_t end = known ? add_time(add_time(frame.pts, frame.duration), 1) : no_time;
  const bool starts_inside = !before_start(frame.pts);
  if (starts_inside && (!options_.range.stop || (known && end <= stop_))) return open(Action::Pass, shifted(frame));
  keeping_ = Keeping::Sound;
  open(Action::Keep, frame);
}

void SpanCut::cut_sound() {
  KeptFrame kept = held_.take();
  if (kept.frame.pts == no_time) kept.frame.pts = kept.frame.dts;
  const Track& track = kept.context->track;
  const std::size_t unit = sample_frame_bytes(track);
  const std::uint64_t count = kept.samples.size() / unit;
  const TimeRange& range = options_.range;
  const std::uint64_t first = range.start ? samples_before(kept.frame.pts, track, *range.start, count) : 0;
  const std::uint64_t last = range.stop ? samples_before(kept.frame.pts, track, *range.stop, count) : count;
  const std::int64_t end = sample_time(kept.frame.pts, track, count);
  last_end_ = std::max(last_end_, end);
  if (first >= last) return;
  Frame frame = kept.frame;
  if (first != 0) frame.pts = sample_time(kept.frame.pts, track, first);
  if (first != 0 || last != count) frame.duration = samples_length(track, last - first);
  held_.send(kept, shifted(frame), std::span(kept.samples).subspan(first * unit, (last - first) * unit));
  sent_ = true;
}

void SpanCut::on_samples(const wire::Header& record) {
  if (!held_.on_samples(record)) return;
  if (keeping_ == Keeping::Sound) return cut_sound();
  candidates_.push_back(held_.take());
  candidate_bytes_ += candidates_.back().bytes();
  check_memory(in_.name(), candidate_bytes_, "a group of packets before the start");
  held_.hold();
}

void SpanCut::at_end() {
  // The picture shown last may end by the start.
  if (!ended_before() && !over_ && !held_.in_frame()) send_candidates();
  candidates_.clear();
}

}  // namespace sl

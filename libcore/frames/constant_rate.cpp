// Frames onto the grid, one or two in memory.

#include "libcore/frames/constant_rate.h"

#include <algorithm>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/pixels/blend.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;

ConstantRate::ConstantRate(Reader& in, Writer& out, std::uint16_t number, const Options& options)
    : in_(in),
      options_(options),
      grid_(in.track(number).time_base, options.rate),
      held_(in, out, number, [this](Track track) {
        track.time_base = grid_.time_base();
        track.rate = options_.rate;
        return track;
      }) {}

void ConstantRate::on_record(const wire::Header& record) {
  switch (record.type) {
    case Type::Track:
      return held_.on_track();
    case Type::Frame:
      return on_frame(in_.frame(held_.number()));
    case Type::Rows:
      if (held_.on_samples(record)) on_complete();
      return;
    case Type::Event:
      return on_event(record);
    default:
      return held_.on_ancillary(record);
  }
}

void ConstantRate::at_end() {
  if (!last_ || held_.in_frame()) return;
  const std::int64_t end = grid_.nearest(end_of(*last_));
  send_until(std::max(end, sent_any_ ? end : next_ + 1));
  held_.release();
}

std::int64_t ConstantRate::end_of(const KeptFrame& kept) const {
  const std::int64_t length = kept.frame.duration > 0 ? kept.frame.duration : std::max<std::int64_t>(distance_, 1);
  check_length(length);
  return add_time(kept.frame.pts, length);
}

void ConstantRate::on_frame(const Frame& frame) {
  if ((frame.flags & frame_flag::hidden) != 0) return held_.open(HeldTrack::Action::Drop, frame);
  if (frame.pts == no_time) {
    throw Error(Status::Data, in_.name() + ": frame " + std::to_string(frame.number) + " has no time");
  }
  const std::int64_t slot = grid_.nearest(frame.pts);
  if (!last_) {
    next_ = slot;
  } else if ((frame.flags & frame_flag::discontinuity) != 0) {
    // Do not fill a gap in the recording.
    send_until(std::min(grid_.nearest(end_of(*last_)), slot));
    last_.reset();
    next_ = std::max(next_, slot);
  } else if (!options_.blend) {
    distance_ = subtract_time(frame.pts, last_->frame.pts);
    check_length(distance_);
    send_until(slot);
  }
  if (!options_.blend) held_.release();
  held_.open(HeldTrack::Action::Keep, frame);
}

void ConstantRate::on_complete() {
  KeptFrame kept = held_.take();
  if (options_.blend && last_) {
    distance_ = subtract_time(kept.frame.pts, last_->frame.pts);
    check_length(distance_);
    while (grid_.is_before(next_, kept.frame.pts)) send_between(kept);
    held_.release();
  }
  last_ = std::move(kept);
  held_.hold();
}

// A jump of the times, or an impossible length, must not fill the disk.
void ConstantRate::check_length(std::int64_t length) const {
  const Rational& base = in_.track(held_.number()).time_base;
  if (length <= ticks_up(options_.longest, base)) return;
  throw Error(Status::Limit, in_.name() + ": the frame at " + seconds_text(last_->frame.pts, base) + " is shown for " +
                                 seconds_text(length, base) + " (--max-gap raises the limit)");
}

Frame ConstantRate::numbered(Frame frame) {
  frame.number = count_++;
  frame.pts = next_++;
  frame.duration = 1;
  frame.dts = no_time;
  sent_any_ = true;
  return frame;
}

void ConstantRate::send_until(std::int64_t slot) {
  while (next_ < slot) {
    held_.send(*last_, numbered(last_->frame));
    last_->frame.flags &= ~frame_flag::discontinuity;
  }
}

// A mean of the last frame and the one after it; the near one if their tracks differ.
void ConstantRate::send_between(const KeptFrame& after) {
  const double share = grid_.share(next_, last_->frame.pts, after.frame.pts);
  const KeptFrame& near = share < 0.5 ? *last_ : after;
  const Track& track = near.context->track;
  if (share == 0 || share == 1 || !(track == (share < 0.5 ? after : *last_).context->track)) {
    return held_.send(near, numbered(near.frame));
  }
  blended_.resize(near.samples.size());
  blend(*track.pixels, last_->samples, after.samples, share, blended_);
  held_.send(near, numbered(near.frame), blended_);
}

void ConstantRate::on_event(const wire::Header& record) {
  const std::string event = retime_event(in_.text(), [this](std::int64_t time) { return grid_.nearest(time); });
  held_.on_ancillary(record, std::as_bytes(std::span(event)));
}

}  // namespace sl

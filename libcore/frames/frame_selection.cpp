// Choices that go forward, and the frames to keep for those that do not.

#include "libcore/frames/frame_selection.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"

namespace sl {

namespace {

__extension__ using Wide = __int128;

// Frames sent for one that was kept; a jump of the times must not ask for more.
constexpr std::uint64_t max_sends = std::uint64_t{1} << 20;

// Whether the slices go forward, so that a frame is passed on or not when it comes.
bool ascend(const std::vector<FrameSlice>& slices) {
  std::int64_t next = 0;
  bool open = false;
  for (const FrameSlice& slice : slices) {
    const std::int64_t start = slice.start.value_or(0);
    if (open || start < next || (slice.stop && *slice.stop < 0)) return false;
    open = !slice.single && !slice.stop;
    next = slice.single ? start + 1 : std::max(start, slice.stop.value_or(0));
  }
  return true;
}

// Of slices whose start is not counted from the end.
bool contains(const FrameSlice& slice, std::int64_t index) {
  const std::int64_t start = slice.start.value_or(0);
  if (slice.single) return index == start;
  // Enough frames may follow a stop that is counted from the end.
  const bool stopped = slice.stop && *slice.stop >= 0 && index >= *slice.stop;
  return index >= start && !stopped && (index - start) % slice.step == 0;
}

}  // namespace

FrameSelection::FrameSelection(FrameChoice choice, const Rational& time_base, std::string name)
    : choice_(std::move(choice)), name_(std::move(name)), streams_(forward()) {
  table_.time_base = time_base;
  for (const Seconds& time : choice_.times) ticks_.push_back(ticks_down(time, time_base));
  if (!streams_) std::sort(ticks_.begin(), ticks_.end());
}

bool FrameSelection::forward() const {
  switch (choice_.by) {
    case FrameChoice::By::Indices:
      return ascend(choice_.slices);
    case FrameChoice::By::Times:
      return std::is_sorted(choice_.times.begin(), choice_.times.end(),
                            [](const Seconds& a, const Seconds& b) { return compare(a, b) < 0; });
    case FrameChoice::By::Clips:
      return false;
    default:
      return true;
  }
}

// ---- Forward ----

FrameSelection::Now FrameSelection::pass_index(std::size_t at) {
  const auto index = static_cast<std::int64_t>(at);
  while (slice_ < choice_.slices.size()) {
    const FrameSlice& slice = choice_.slices[slice_];
    const std::optional<std::int64_t> stop = slice.single ? *slice.start + 1 : slice.stop;
    if (!stop || index < *stop) return contains(slice, index) ? Now::Pass : Now::Drop;
    ++slice_;
  }
  return Now::Drop;
}

// How many of the moments asked for, not counted before, are earlier than this tick.
std::uint64_t FrameSelection::moments_before(std::int64_t pts) {
  std::uint64_t count = 0;
  if (choice_.by == FrameChoice::By::Times) {
    for (; time_ < ticks_.size() && ticks_[time_] < pts; ++time_) ++count;
    return count;
  }
  // Moment n is at first + n * every, rounded down to a tick: the first one at or after `pts`.
  const Wide ticks = Wide{pts} - first_pts_;
  if (ticks <= 0) return 0;
  const Wide step = Wide{choice_.every.num} * table_.time_base.den;
  const Wide unit = Wide{choice_.every.den} * table_.time_base.num;
  const Wide next = (ticks * unit + step - 1) / step;
  if (next <= moment_) return 0;
  if (next - moment_ > Wide{max_sends}) {
    throw Error(Status::Limit, name_ + ": --every asks for one frame more than " + std::to_string(max_sends) +
                                   " times, at " + seconds_text(last_pts_, table_.time_base));
  }
  count = static_cast<std::uint64_t>(next - moment_);
  moment_ = static_cast<std::int64_t>(next);
  return count;
}

FrameSelection::Step FrameSelection::next(std::int64_t pts, std::int64_t duration, bool key) {
  const std::size_t index = count_++;
  const bool by_time = choice_.by == FrameChoice::By::Times || choice_.by == FrameChoice::By::Every;
  if (by_time && pts == no_time) throw Error(Status::Data, name_ + ": frame " + std::to_string(index) + " has no time");
  Step step;
  if (index == 0) first_pts_ = pts;
  if (streams_ && by_time) {
    if (index != 0) {
      step.sends = moments_before(pts);
    } else if (!ticks_.empty() && ticks_[0] < pts) {
      throw Error(Status::Usage, name_ + ": nothing is shown at " +
                                     seconds_text(choice_.times[0].num, {1, choice_.times[0].den}) + ": it begins at " +
                                     seconds_text(pts, table_.time_base));
    }
    step.now = choice_.by == FrameChoice::By::Every || time_ < ticks_.size() ? Now::Keep : Now::Drop;
  } else if (streams_) {
    step.now = choice_.by == FrameChoice::By::Indices     ? pass_index(index)
               : choice_.by == FrameChoice::By::KeyFrames ? (key ? Now::Pass : Now::Drop)
                                                          : Now::Pass;
  } else {
    note_released(pts);
    step.now = may_be_asked_for(index) ? Now::Keep : Now::Drop;
    table_.pts.push_back(pts);
    table_.key.push_back(key);
  }
  before_last_ = index == 0 ? pts : last_pts_;
  last_pts_ = pts;
  last_duration_ = duration;
  return step;
}

void FrameSelection::finish_table() {
  if (count_ == 0) return;
  // The last frame ends after its duration or, if that is unknown, after as long as the one before it.
  const std::int64_t before = subtract_time(last_pts_, before_last_);
  const std::int64_t length = last_duration_ > 0 ? last_duration_ : std::max<std::int64_t>(before, 1);
  table_.end = add_time(last_pts_, length);
  if (streams_) {
    table_.pts = {first_pts_};
    table_.key = {true};
  }
}

std::uint64_t FrameSelection::last_sends() {
  finish_table();
  check_end();
  const bool by_time = choice_.by == FrameChoice::By::Times || choice_.by == FrameChoice::By::Every;
  return by_time && count_ != 0 ? moments_before(table_.end) : 0;
}

void FrameSelection::check_end() const {
  if (choice_.by == FrameChoice::By::Times) {
    for (const Seconds& time : choice_.times) (void)shown_at(table_, time, name_);
  }
  for (const FrameSlice& slice : choice_.slices) {
    if (slice.single && *slice.start >= static_cast<std::int64_t>(count_)) no_such_frame(*slice.start, count_, name_);
  }
}

// ---- Backward ----

bool FrameSelection::may_be_asked_for(std::size_t at) const {
  if (choice_.by != FrameChoice::By::Indices) return true;
  const auto index = static_cast<std::int64_t>(at), seen = static_cast<std::int64_t>(count_);
  return std::ranges::any_of(choice_.slices, [&](const FrameSlice& slice) {
    const std::int64_t start = slice.start.value_or(0);
    if (start < 0) return index >= seen + start && (slice.single || slice.stop.value_or(-1) < 0 || index < *slice.stop);
    return contains(slice, index);
  });
}

bool FrameSelection::asks_before(std::int64_t from, std::int64_t to) const {
  const auto found = std::lower_bound(ticks_.begin(), ticks_.end(), from);
  return found != ticks_.end() && *found < to;
}

void FrameSelection::note_released(std::int64_t pts) {
  released_.clear();
  if (count_ == 1) return;
  if (choice_.by == FrameChoice::By::Times && !asks_before(last_pts_, pts)) released_.push_back(count_ - 2);
  if (choice_.by != FrameChoice::By::Indices) return;
  for (const FrameSlice& slice : choice_.slices) {
    const std::int64_t out = static_cast<std::int64_t>(count_) + slice.start.value_or(0) - 1;
    const auto index = static_cast<std::size_t>(out);
    if (slice.start.value_or(0) < 0 && out >= 0 && !may_be_asked_for(index)) released_.push_back(index);
  }
}

std::vector<std::size_t> FrameSelection::chosen() {
  finish_table();
  return choose(choice_, table_, name_);
}

}  // namespace sl

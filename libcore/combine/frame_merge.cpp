// The choice of the next input.

#include "libcore/combine/frame_merge.h"

#include <algorithm>
#include <utility>

#include "libcore/base/times.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;

namespace {

constexpr Rational nanosecond{1, 1'000'000'000};

bool is_sparse(const Track& track) { return rest_flag(track, "sparse"); }

}  // namespace

std::optional<std::int64_t> tick_time(Reader& in) {
  const Event event = parse_event(in.text());
  return event.name == "tick" ? event.pts : std::nullopt;
}

void FrameMerge::begin(const StreamSet& streams, bool exact) {
  exact_ = exact;
  merged_.clear();
  merged_.resize(inputs_.size());
  for (std::size_t i = 0; i < merged_.size(); ++i) {
    merged_[i].first = streams.first(i);
    merged_[i].ended = !merged_[i].first;
  }
  turn_ = 0;
}

void FrameMerge::leave(std::size_t input) {
  merged_[input].ended = true;
  merged_[input].pending.reset();
}

std::optional<FrameMerge::Item> FrameMerge::next() {
  while (true) {
    while (turn_ < merged_.size()) {
      const std::size_t i = turn_++;
      if (merged_[i].ended || merged_[i].pending) continue;
      if (!merged_[i].first && !inputs_.ready(i)) {
        silent_.push_back(i);
        continue;
      }
      moved_ = true;
      if (const auto item = read(i)) return item;
    }
    turn_ = 0;
    const bool moved = std::exchange(moved_, false);
    const std::vector<std::size_t> silent = std::exchange(silent_, {});
    const auto input = earliest();
    if (input && may_go(*input)) {
      MergedInput& one = merged_[*input];
      const wire::Header record = *std::exchange(one.pending, std::nullopt);
      if (!is_sparse(inputs_.reader(*input).track(record.track))) {
        one.reached = std::max(one.reached, time_of_frame(*input, record.track));
      }
      return Item{*input, record};
    }
    if (std::ranges::all_of(merged_, &MergedInput::ended)) return std::nullopt;
    if (!moved && !silent.empty()) inputs_.wait(silent);
  }
}

// Nothing for a frame, which comes in its turn or not at all.
std::optional<FrameMerge::Item> FrameMerge::read(std::size_t input) {
  MergedInput& one = merged_[input];
  std::optional<wire::Header> record = std::exchange(one.first, std::nullopt);
  const bool is_there = inputs_.use(input, [&](Reader& in) {
    if (!record) record = in.next();
    if (record->type != Type::Event || record->track == 0 || !includes_(input, record->track)) return;
    const auto tick = tick_time(in);
    if (tick) one.reached = std::max(one.reached, rescale(*tick, in.track(record->track).time_base, nanosecond));
  });
  if (!is_there) {
    leave(input);
    return Item{input, std::nullopt};
  }
  if (record->type == Type::End) one.ended = true;
  if (record->type != Type::Frame) return Item{input, record};
  if (includes_(input, record->track)) {
    one.pending = record;
  } else if (!is_sparse(inputs_.reader(input).track(record->track))) {
    one.reached = std::max(one.reached, time_of_frame(input, record->track));
  }
  return std::nullopt;
}

std::int64_t FrameMerge::time_of_frame(std::size_t input, std::uint16_t track) const {
  const Reader& in = inputs_.reader(input);
  const Frame& frame = in.frame(track);
  return rescale(frame.dts != no_time ? frame.dts : frame.pts, in.track(track).time_base, nanosecond);
}

std::optional<std::size_t> FrameMerge::earliest() const {
  std::optional<std::size_t> earliest;
  std::int64_t time = 0;
  for (std::size_t i = 0; i < merged_.size(); ++i) {
    if (!merged_[i].pending) continue;
    const std::int64_t own = time_of_frame(i, merged_[i].pending->track);
    if (earliest && own >= time) continue;
    earliest = i;
    time = own;
  }
  return earliest;
}

// Whether no input without a pending frame may send one too far before this frame.
bool FrameMerge::may_go(std::size_t input) const {
  const std::int64_t window = exact_ ? 0 : inputs_.live() ? 100'000'000 : 1'000'000'000;
  std::int64_t lowest = 0;
  if (__builtin_sub_overflow(time_of_frame(input, merged_[input].pending->track), window, &lowest)) return true;
  for (std::size_t i = 0; i < merged_.size(); ++i) {
    if (is_waited_for(i) && merged_[i].reached < lowest) return false;
  }
  return true;
}

bool FrameMerge::is_waited_for(std::size_t input) const {
  if (merged_[input].ended || merged_[input].pending) return false;
  const Reader& in = inputs_.reader(input);
  return std::ranges::any_of(
      in.tracks(), [&](std::uint16_t number) { return includes_(input, number) && !is_sparse(in.track(number)); });
}

}  // namespace sl

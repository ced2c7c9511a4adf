// Exact lengths, in 128 bits.

#include "libcore/media/stream_span.h"

#include <algorithm>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

__extension__ using Wide = __int128;

[[noreturn]] void out_of_range() {
  throw Error(Status::Limit, "times or numbers become too large (nothing raises the limit)");
}

Wide product(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_mul_overflow(a, b, &result)) out_of_range();
  return result;
}

}  // namespace

std::int64_t frame_length(const Track& track, const Frame& frame, std::int64_t step) {
  if (frame.duration >= 0) return frame.duration;
  if (step != no_time) return step;
  return track.rate.num == 0 ? no_time : rescale(1, {track.rate.den, track.rate.num}, track.time_base);
}

void LatestEnd::add(const Track& track, const Frame& frame) {
  if (frame.pts == no_time) return;
  const std::int64_t length = frame_length(track, frame);
  const std::int64_t end = add_time(frame.pts, length == no_time ? 1 : length);
  if (is_known() && is_after(end, track.time_base)) return;
  ticks_ = end;
  time_base_ = track.time_base;
}

bool LatestEnd::is_after(std::int64_t time, const Rational& time_base) const {
  return time == no_time || compare_times(time, time_base, ticks_, time_base_) < 0;
}

void StreamSpan::add(std::uint16_t number, const Track& track, const Frame& frame) {
  const auto [entry, is_new] = spans_.try_emplace(number);
  TrackSpan& span = entry->second;
  if (is_new) {
    span.time_base = track.time_base;
    span.data = track.kind == Kind::Data;
    span.first_number = frame.number;
  }
  span.last_number = frame.number;
  if (frame.pts == no_time) return;
  const std::int64_t before = span.last_pts == no_time ? 0 : subtract_time(frame.pts, span.last_pts);
  std::int64_t length = frame_length(track, frame, before > 0 ? before : no_time);
  if (frame.duration < 0) length = std::max<std::int64_t>(length, 1);
  const std::int64_t end = add_time(frame.pts, length);
  span.start = span.start == no_time ? frame.pts : std::min(span.start, frame.pts);
  span.end = span.end == no_time ? end : std::max(span.end, end);
  span.last_pts = frame.pts;
}

std::int64_t StreamSpan::time_offset(std::uint16_t number, std::uint64_t pass) const {
  const bool all_data = std::ranges::all_of(spans_, [](const auto& entry) { return entry.second.data; });
  const TrackSpan *first = nullptr, *last = nullptr;
  for (const auto& [other, span] : spans_) {
    if (span.start == no_time || (span.data && !all_data)) continue;
    if (first == nullptr || compare_times(span.start, span.time_base, first->start, first->time_base) < 0) {
      first = &span;
    }
    if (last == nullptr || compare_times(span.end, span.time_base, last->end, last->time_base) > 0) last = &span;
  }
  if (first == nullptr) return 0;
  // end * base - start * base, as a fraction.
  const Rational &from = first->time_base, &to = last->time_base;
  Wide num = 0, den = 0;
  if (from == to) {
    num = product(Wide{last->end} - first->start, to.num);
    den = to.den;
  } else {
    const Wide end = product(product(last->end, to.num), from.den);
    const Wide start = product(product(first->start, from.num), to.den);
    if (__builtin_sub_overflow(end, start, &num)) out_of_range();
    den = Wide{from.den} * to.den;
  }
  const auto found = spans_.find(number);
  if (found == spans_.end()) return 0;
  const Rational& base = found->second.time_base;
  const Wide ticks_num = product(product(num, base.den), static_cast<Wide>(pass));
  const Wide ticks_den = product(den, base.num);
  const Wide ticks = (ticks_num + ticks_den / 2) / ticks_den;
  if (ticks > std::numeric_limits<std::int64_t>::max()) out_of_range();
  return static_cast<std::int64_t>(ticks);
}

std::uint64_t StreamSpan::number_offset(std::uint16_t number, std::uint64_t pass) const {
  const auto found = spans_.find(number);
  if (found == spans_.end()) return 0;
  const TrackSpan& span = found->second;
  const Wide offset = product(Wide{span.last_number} - span.first_number + 1, static_cast<Wide>(pass));
  if (offset + span.last_number > std::numeric_limits<std::uint64_t>::max()) out_of_range();
  return static_cast<std::uint64_t>(offset);
}

}  // namespace sl

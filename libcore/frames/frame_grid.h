// The frames of a constant rate and their times: the arithmetic of sl-rate.

#pragma once

#include <cstdint>

#include "libcore/base/times.h"

namespace sl {

// The grid of a constant rate: frame n is shown from n / rate on, for 1 / rate.
class FrameGrid {
 public:
  FrameGrid(const Rational& time_base, const Rational& rate) : from_(time_base), to_{rate.den, rate.num} {}

  // The time base of the grid: a tick is a frame.
  [[nodiscard]] const Rational& time_base() const { return to_; }
  // The nearest frame of the grid. Times that were rounded (to milliseconds, say) get the frame that they were meant
  // for.
  [[nodiscard]] std::int64_t nearest(std::int64_t pts) const { return rescale(pts, from_, to_); }
  // Whether frame n of the grid is shown before `pts`.
  [[nodiscard]] bool is_before(std::int64_t n, std::int64_t pts) const { return compare_times(n, to_, pts, from_) < 0; }
  // The place of frame n of the grid between two times: 0 at `from` and before, 1 at `to` and later.
  [[nodiscard]] double share(std::int64_t n, std::int64_t from, std::int64_t to) const;

 private:
  Rational from_, to_;
};

}  // namespace sl

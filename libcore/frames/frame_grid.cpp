// Shares, in 128 bits while they stay exact.

#include "libcore/frames/frame_grid.h"

#include <algorithm>

namespace sl {

double FrameGrid::share(std::int64_t n, std::int64_t from, std::int64_t to) const {
  __extension__ using Wide = __int128;
  const Wide unit = Wide{from_.num} * to_.den;  // n * to_.num * from_.den and pts * this are in one unit
  const Wide at = Wide{n} * to_.num * from_.den - Wide{from} * unit;
  const Wide length = (Wide{to} - from) * unit;
  if (at <= 0 || length <= 0) return 0;
  return std::min(1.0, static_cast<double>(at) / static_cast<double>(length));
}

}  // namespace sl

// Differences of frames, and times of frames that do not state them.

#include "formats/animation.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/times.h"

namespace sl {

Rect changed_part(std::span<const std::byte> before, std::span<const std::byte> now, const Size& size,
                  std::size_t pixel) {
  const std::size_t row = size.width * pixel;
  const auto differs = [&](std::size_t at, std::size_t bytes) {
    return std::memcmp(before.data() + at, now.data() + at, bytes) != 0;
  };
  std::size_t top = 0, bottom = size.height, left = size.width, right = 0;
  while (top < bottom && !differs(top * row, row)) ++top;
  while (bottom > top && !differs((bottom - 1) * row, row)) --bottom;
  for (std::size_t y = top; y < bottom; ++y) {
    std::size_t x = 0;
    while (x < left && !differs(y * row + x * pixel, pixel)) ++x;
    left = std::min(left, x);
    for (x = size.width; x > right && !differs(y * row + (x - 1) * pixel, pixel);) --x;
    right = std::max(right, x);
  }
  if (top == bottom) return {};
  return {static_cast<std::int64_t>(left), static_cast<std::int64_t>(top), static_cast<std::uint32_t>(right - left),
          static_cast<std::uint32_t>(bottom - top)};
}

std::int64_t end_of_frame(const Track& track, const Frame& frame, const Frame* next) {
  if (next != nullptr && next->pts != no_time && next->pts > frame.pts) return next->pts;
  if (frame.duration != no_time && frame.duration >= 0) return add_time(frame.pts, frame.duration);
  const Rational usual = track.rate.num > 0 ? Rational{track.rate.den, track.rate.num} : Rational{1, 10};
  return add_time(frame.pts, std::max<std::int64_t>(rescale(1, usual, track.time_base), 1));
}

}  // namespace sl

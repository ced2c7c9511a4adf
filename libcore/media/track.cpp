// The height of a track's strips.

#include "libcore/media/track.h"

#include <algorithm>

namespace sl {

std::uint32_t strip_alignment(const Track& track) {
  const bool interlaced = track.fields == Fields::Top || track.fields == Fields::Bottom;
  return (1u << track.pixels->shift_y) * (interlaced ? 2 : 1);
}

std::uint32_t strip_rows(const Track& track) {
  constexpr std::uint64_t preferred = 256 << 10, largest = 1 << 20;
  const std::uint32_t alignment = strip_alignment(track);
  const std::uint64_t step = strip_bytes(*track.pixels, track.width, 16) <= largest ? 16 : alignment;
  const std::uint64_t step_bytes = strip_bytes(*track.pixels, track.width, static_cast<std::uint32_t>(step));
  const std::uint64_t steps = std::max<std::uint64_t>(1, preferred / std::max<std::uint64_t>(1, step_bytes));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(steps * step, 1u << 16));
}

}  // namespace sl

// Generic code over the samples of a format.

#pragma once

#include <cstdint>

#include "libcore/media/pixel_format.h"

namespace sl {

// Call `use` with a sample of the format's type, as `use(std::uint8_t{})`: `[&]<class T>(T) { ... }` has the type.
template <class Use>
decltype(auto) with_sample(const PixelFormat& format, const Use& use) {
  if (format.sample == Sample::U8) return use(std::uint8_t{});
  if (format.sample == Sample::U16) return use(std::uint16_t{});
  return use(float{});
}

// Return how many samples of a plane lie from a pixel to the same component of the next one: 3 in rgb24, 2 in the
// second plane of nv12. For all packings but packed 4:2:2.
[[nodiscard]] constexpr std::uint32_t sample_step(const PixelFormat& format, int plane) {
  if (format.packing == Packing::Interleaved) return static_cast<std::uint32_t>(format.components);
  return format.packing == Packing::SemiPlanar && plane == 1 ? 2 : 1;
}

}  // namespace sl

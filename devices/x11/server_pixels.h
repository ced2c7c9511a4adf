// The pixels of an X server as samples of the wire.

#pragma once

#include <cstddef>
#include <cstdint>

#include "libcore/media/strip.h"

namespace sl::x11 {

// How pixels lie in an image (ZPixmap) of a visual of true colours.
struct PixelLayout {
  int depth = 0;           // of the visual
  int bits_per_pixel = 0;  // 8, 16, 24 or 32
  int pad = 32;            // rows are rounded up to so many bits
  bool big_endian = false;
  std::uint32_t red = 0, green = 0, blue = 0;  // which bits of a pixel
  bool operator==(const PixelLayout&) const = default;

  [[nodiscard]] std::size_t row_bytes(std::uint32_t width) const;
};

// The wire's format that holds such pixels without loss: rgb24 up to 8 bits a colour, gbrp10le for 9 and 10. Fewer than
// 8 bits are spread over all codes of 8. Throws Unavailable for others, naming `what` they are of.
[[nodiscard]] const PixelFormat& wire_format(const PixelLayout& layout);
// Bits of the colour that has most.
[[nodiscard]] int color_bits(const PixelLayout& layout);

// `image` holds the rows of `into`, which is of wire_format().
void read_pixels(const PixelLayout& layout, const std::byte* image, const Strip& into);

}  // namespace sl::x11

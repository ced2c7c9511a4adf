// From packed pixels of any masks to rgb24 and gbrp10le. The layout of nearly all servers has a special loop.

#include "devices/x11/server_pixels.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "libcore/base/error.h"

namespace sl::x11 {

namespace {

// One colour of a pixel, as a value of `bits_out` bits.
struct Channel {
  Channel(std::uint32_t mask, int bits_out)
      : mask(mask), shift(std::countr_zero(mask)), bits(std::popcount(mask)), bits_out(bits_out) {}
  [[nodiscard]] std::uint32_t of(std::uint32_t pixel) const {
    const std::uint32_t value = (pixel & mask) >> shift;
    if (bits == bits_out) return value;
    const std::uint32_t from = (1u << bits) - 1, to = (1u << bits_out) - 1;
    return (value * to * 2 + from) / (from * 2);
  }
  std::uint32_t mask;
  int shift, bits, bits_out;
};

std::uint32_t load_pixel(const std::byte* at, int bytes, bool big_endian) {
  std::uint32_t pixel = 0;
  for (int i = 0; i < bytes; ++i) {
    const auto byte = static_cast<std::uint32_t>(at[i]);
    pixel |= byte << 8 * (big_endian ? bytes - 1 - i : i);
  }
  return pixel;
}

// B G R X to R G B, four pixels to three units of 32 bits.
void read_bgrx(const std::byte* from, std::byte* to, std::size_t width) {
  std::size_t x = 0;
  for (; x + 4 <= width; x += 4) {
    std::uint32_t in[4], out[3];
    std::memcpy(in, from + 4 * x, sizeof in);
    for (std::uint32_t& pixel : in) pixel = __builtin_bswap32(pixel) >> 8;  // now R is its lowest byte
    out[0] = in[0] | in[1] << 24;
    out[1] = in[1] >> 8 | in[2] << 16;
    out[2] = in[2] >> 16 | in[3] << 8;
    std::memcpy(to + 3 * x, out, sizeof out);
  }
  for (; x < width; ++x) {
    to[3 * x] = from[4 * x + 2];
    to[3 * x + 1] = from[4 * x + 1];
    to[3 * x + 2] = from[4 * x];
  }
}

bool is_bgrx(const PixelLayout& layout) {
  return layout.bits_per_pixel == 32 && !layout.big_endian && layout.red == 0xff0000 && layout.green == 0xff00 &&
         layout.blue == 0xff;
}

}  // namespace

std::size_t PixelLayout::row_bytes(std::uint32_t width) const {
  const auto unit = static_cast<std::size_t>(pad);
  return (std::size_t{width} * static_cast<std::size_t>(bits_per_pixel) + unit - 1) / unit * unit / 8;
}

int color_bits(const PixelLayout& layout) {
  return std::max({std::popcount(layout.red), std::popcount(layout.green), std::popcount(layout.blue)});
}

const PixelFormat& wire_format(const PixelLayout& layout) {
  const int bits = color_bits(layout);
  const bool whole = layout.bits_per_pixel >= 8 && layout.bits_per_pixel <= 32 && layout.bits_per_pixel % 8 == 0;
  if (!whole || layout.red == 0 || layout.green == 0 || layout.blue == 0 || bits > 10) {
    throw Error(Status::Unavailable, "the display has pixels of " + std::to_string(layout.depth) +
                                         " bits, which are not supported (16, 24 and 30 are)");
  }
  return pixel_format(bits <= 8 ? "rgb24" : "gbrp10le");
}

void read_pixels(const PixelLayout& layout, const std::byte* image, const Strip& into) {
  const std::size_t stride = layout.row_bytes(into.width);
  const bool planar = into.format->packing == Packing::Planar;
  const int bits = planar ? 10 : 8, bytes = layout.bits_per_pixel / 8;
  const Channel red(layout.red, bits), green(layout.green, bits), blue(layout.blue, bits);
  for (std::uint32_t y = 0; y < into.rows; ++y) {
    const std::byte* from = image + stride * y;
    if (is_bgrx(layout)) {
      read_bgrx(from, into.planes[0].row<std::byte>(y), into.width);
      continue;
    }
    for (std::uint32_t x = 0; x < into.width; ++x, from += bytes) {
      const std::uint32_t pixel = load_pixel(from, bytes, layout.big_endian);
      if (planar) {
        into.planes[0].row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(green.of(pixel));
        into.planes[1].row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(blue.of(pixel));
        into.planes[2].row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(red.of(pixel));
      } else {
        auto* to = into.planes[0].row<std::uint8_t>(y) + std::size_t{3} * x;
        to[0] = static_cast<std::uint8_t>(red.of(pixel));
        to[1] = static_cast<std::uint8_t>(green.of(pixel));
        to[2] = static_cast<std::uint8_t>(blue.of(pixel));
      }
    }
  }
}

}  // namespace sl::x11

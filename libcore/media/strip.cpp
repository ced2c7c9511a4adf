// Views on packed rows, and copies between views.

#include "libcore/media/strip.h"

#include <cassert>
#include <cstring>

namespace sl {

Strip packed_strip(const PixelFormat& format, std::uint32_t width, std::uint32_t rows, std::byte* data) {
  Strip strip;
  strip.format = &format;
  strip.width = width;
  strip.rows = rows;
  for (int plane = 0; plane < format.planes; ++plane) {
    const auto stride = static_cast<std::size_t>(row_bytes(format, plane, width));
    strip.planes[static_cast<std::size_t>(plane)] = {
        data, stride, static_cast<std::size_t>(plane_width(format, plane, width)), plane_rows(format, plane, rows)};
    data += stride * plane_rows(format, plane, rows);
  }
  return strip;
}

Strip part_of(const Strip& strip, std::uint32_t skip, std::uint32_t rows) {
  assert(skip + rows <= strip.rows && (skip & ((1u << strip.format->shift_y) - 1)) == 0);
  Strip part = strip;
  part.first += skip;
  part.rows = rows;
  part.last = strip.last && skip + rows == strip.rows;
  for (int plane = 0; plane < strip.format->planes; ++plane) {
    Plane& p = part.planes[static_cast<std::size_t>(plane)];
    p.data += p.stride * plane_rows(*strip.format, plane, skip);
    p.rows = plane_rows(*strip.format, plane, rows);
  }
  return part;
}

void copy_rows(const Strip& from, const Strip& to) {
  assert(from.format == to.format && from.width == to.width && from.rows == to.rows);
  for (int plane = 0; plane < from.format->planes; ++plane) {
    const Plane &source = from.planes[static_cast<std::size_t>(plane)],
                &target = to.planes[static_cast<std::size_t>(plane)];
    const auto bytes = static_cast<std::size_t>(row_bytes(*from.format, plane, from.width));
    if (source.stride == bytes && target.stride == bytes) {
      std::memcpy(target.data, source.data, bytes * source.rows);
      continue;
    }
    for (std::uint32_t y = 0; y < source.rows; ++y) {
      std::memcpy(target.row<std::byte>(y), source.row<std::byte>(y), bytes);
    }
  }
}

}  // namespace sl

// Strips: views on rows of samples in memory that others own.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "libcore/media/pixel_format.h"

namespace sl {

// Rows of one plane.
struct Plane {
  std::byte* data = nullptr;
  std::size_t stride = 0;  // bytes from a row to the next
  std::size_t width = 0;   // samples in a row, all interleaved components counted
  std::uint32_t rows = 0;

  template <class T>
  [[nodiscard]] T* row(std::uint32_t y) const {
    return reinterpret_cast<T*>(data + stride * y);
  }
};

// A full-width band of rows of a frame.
struct Strip {
  const PixelFormat* format = nullptr;
  std::uint32_t width = 0;  // pixels
  std::uint32_t first = 0;  // row of the frame
  std::uint32_t rows = 0;   // of the frame, not of a subsampled plane
  std::array<Plane, 4> planes{};
  bool last = false;     // the frame is complete with it
  bool damaged = false;  // rows here were concealed or filled in
};

// Views on packed rows, as a ROWS record holds them, at `data`.
[[nodiscard]] Strip packed_strip(const PixelFormat& format, std::uint32_t width, std::uint32_t rows, std::byte* data);

// Rows of a strip from `skip` on, `rows` of them; both multiples of the vertical subsampling, except at the frame's
// end.
[[nodiscard]] Strip part_of(const Strip& strip, std::uint32_t skip, std::uint32_t rows);

// Copies the samples of a strip to another one of the same format, width and rows.
void copy_rows(const Strip& from, const Strip& to);

}  // namespace sl

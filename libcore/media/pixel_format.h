// The closed table of pixel formats, and the sizes that follow from it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sl {

enum class Model : std::uint8_t { Gray, Rgb, Yuv };
enum class Sample : std::uint8_t { U8, U16, F32 };
enum class Packing : std::uint8_t {
  Planar,       // a plane for each component; RGB planes are in the order G, B, R
  Interleaved,  // one plane, the components of a pixel side by side
  SemiPlanar,   // Y, then U and V side by side
  Packed422,    // one plane, two pixels in four samples: Y U Y V or U Y V Y
};

// One row of the closed list of formats; the names and plane orders are FFmpeg's.
struct PixelFormat {
  std::string_view name;
  Model model;
  Packing packing;
  Sample sample;
  int planes;      // 1 to 4
  int components;  // alpha included
  int bits;        // used bits of a sample: values are 0 to 2^bits - 1; 32 for float
  bool alpha;      // the last component (the last plane, if planar) is alpha
  int shift_x;     // chroma planes have ceil(width / 2^shift_x) samples
  int shift_y;     // by ceil(height / 2^shift_y)
  int low_bits;    // zero bits below the value: 6 for p010le, otherwise 0

  [[nodiscard]] int sample_bytes() const { return sample == Sample::U8 ? 1 : sample == Sample::U16 ? 2 : 4; }
};

[[nodiscard]] std::span<const PixelFormat> pixel_formats();
[[nodiscard]] const PixelFormat* find_pixel_format(std::string_view name);  // null if not in the list
[[nodiscard]] const PixelFormat& pixel_format(std::string_view name);       // must be in the list

// Samples in one row of a plane (all components of an interleaved one counted), and rows of that plane, for a picture
// or strip of `width` by `rows` pixels.
[[nodiscard]] std::uint64_t plane_width(const PixelFormat& format, int plane, std::uint32_t width);
[[nodiscard]] std::uint32_t plane_rows(const PixelFormat& format, int plane, std::uint32_t rows);
// Bytes of one packed row of a plane, and of `rows` packed rows of all planes, as a ROWS record holds them.
[[nodiscard]] std::uint64_t row_bytes(const PixelFormat& format, int plane, std::uint32_t width);
[[nodiscard]] std::uint64_t strip_bytes(const PixelFormat& format, std::uint32_t width, std::uint32_t rows);

}  // namespace sl

// Rows of any pixel format as rows of single components, and back: the first and the last stage of every conversion.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/media/strip.h"

namespace sl::convert {

// Components are numbered 0 to 2 (R G B, or Y U V, or gray alone), and 3 is alpha, independent of the order of planes.
inline constexpr int alpha_component = 3;

// The place of a component's samples: in a plane, from sample `offset` on, every `step` samples.
struct Component {
  int plane = -1, offset = 0, step = 1;  // plane -1: no such component
  int shift_x = 0, shift_y = 0;
  [[nodiscard]] bool exists() const { return plane >= 0; }
};
// `model` is the format's, or Rgb if YUV planes hold G, B, R (matrix 0).
[[nodiscard]] std::array<Component, 4> components_of(const PixelFormat& format, Model model);

// The rows of a frame that a step can read: the strip given last, and copies of a few rows before it.
class InputRows {
 public:
  explicit InputRows(const PixelFormat& format, std::uint32_t width);
  void add(const Strip& strip);  // a view, until keep()
  [[nodiscard]] const std::byte* row(int plane, std::uint32_t y) const;
  [[nodiscard]] std::uint32_t end() const { return strip_.first + strip_.rows; }
  // Copies the rows that later strips need: rows from `first` on, of subsampled planes from `first_chroma`.
  void keep(std::uint32_t first, std::uint32_t first_chroma);

 private:
  struct KeptRows {
    std::vector<std::byte> bytes;
    std::size_t row_bytes = 0;
    std::uint32_t first = 0;
  };
  [[nodiscard]] std::uint32_t first_of(std::size_t plane) const;

  const PixelFormat& format_;
  Strip strip_;
  std::array<KeptRows, 4> held_;
};

// Splits rows into components. The row of a planar format is given in place; any other is gathered into memory that
// holds until the same component is asked for again. Of interleaved formats, component 0 of a row is asked for first.
class RowReader {
 public:
  RowReader(const PixelFormat& format, Model model, std::uint32_t width);
  // `y` counts the component's own rows.
  [[nodiscard]] const std::byte* row(const InputRows& in, int component, std::uint32_t y);
  [[nodiscard]] std::size_t width(int component) const;

 private:
  const PixelFormat& format_;
  std::array<Component, 4> components_;
  std::uint32_t width_;
  std::array<std::vector<std::byte>, 4> rows_;
};

// Puts rows together: write to what row() gives, then call done(). Components of a row are done in ascending order.
class RowWriter {
 public:
  RowWriter(const PixelFormat& format, Model model, std::uint32_t width);
  // `y` counts the component's own rows in this strip.
  [[nodiscard]] std::byte* row(const Strip& out, int component, std::uint32_t y);
  void done(const Strip& out, int component, std::uint32_t y);
  [[nodiscard]] std::size_t width(int component) const;
  [[nodiscard]] bool has_alpha() const { return components_[alpha_component].exists(); }

 private:
  [[nodiscard]] bool in_place(const Component& component) const;

  const PixelFormat& format_;
  std::array<Component, 4> components_;
  std::uint32_t width_;
  std::array<std::vector<std::byte>, 4> rows_;
};

// A row of samples as floats in code units (0 to 2^bits - 1; float formats unscaled, with NaN made 0 and infinities
// finite), and back: rounded to nearest and clamped to the format's codes.
void load_row(const PixelFormat& format, const std::byte* in, std::size_t count, float* out);
void store_row(const PixelFormat& format, const float* in, std::size_t count, std::byte* out);

}  // namespace sl::convert

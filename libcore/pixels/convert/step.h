// One step of a conversion: rows of one format to rows of another. A conversion is one or two of them.

#pragma once

#include <algorithm>
#include <array>
#include <memory>

#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/convert/rows.h"

namespace sl::convert {

class Step {
 public:
  virtual ~Step() = default;
  // Writes the rows of `out` (out.first, out.rows), whose chroma groups are whole except at the frame's end. Rows come
  // in order, each once.
  virtual void run(const InputRows& in, const Strip& out) = 0;
  // The first and the last chroma row of the input (in rows of its plane) that row `y` is made of.
  struct Span {
    std::uint32_t first, last;
  };
  [[nodiscard]] virtual Span chroma_rows(std::uint32_t y) const = 0;
};

// The conversion that a step is made for.
struct Job {
  const PixelFormat& from;
  const PixelFormat& to;
  std::uint32_t width, height;
  Spaces spaces;
  std::array<float, 3> background;  // R, G, B
};

// YCbCr of a JPEG to rgb24 and back, as libjpeg does it.
[[nodiscard]] bool is_jpeg(const PixelFormat& format, const Space& space);
[[nodiscard]] std::unique_ptr<Step> jpeg_to_rgb(const Job& job);
[[nodiscard]] std::unique_ptr<Step> rgb_to_jpeg(const Job& job);

// Component by component: other packing, depth or range, if no component depends on another or on its neighbours.
[[nodiscard]] bool separable(const Job& job);
[[nodiscard]] std::unique_ptr<Step> separate_step(const Job& job);

// Everything, in floats.
[[nodiscard]] std::unique_ptr<Step> general_step(const Job& job);

}  // namespace sl::convert

// Tables that map colours: one for a value of a channel, and a cube for R', G' and B' together.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "libcore/media/strip.h"
#include "libcore/pixels/channels.h"

namespace sl {

struct Track;

// A function of one R', G', B' or gray value; 0 to 1 is black to white. Integer samples are clamped to that before and
// after, and looked up in a table; floats are not clamped (HDR is above 1, and the curve gets NaN).
using Curve = std::function<float(float)>;

// The table for one kind of track, as curve_track gives it.
class CurveTable {
 public:
  CurveTable(const Track& track, const Curve& curve);
  void apply(const Strip& strip) const;

 private:
  template <class T, class Lookup>
  void apply_to(const Strip& strip, const Lookup& lookup) const;
  CodeRange range_;
  Curve curve_;
  std::vector<std::uint16_t> table_;
};

// A table of R'G'B' colours, or three curves, as files .cube hold them (pixels/cube_file.h).
class ColorCube {
 public:
  using Rgb = std::array<float, 3>;
  // A cube of `size`^3 colours, the index of red running fastest; or, not `is_cube`, `size` values of each channel. The
  // first and the last entry along an axis stand for `low` and `high`; `high` is above `low` in each channel.
  ColorCube(bool is_cube, std::size_t size, std::vector<Rgb> colors, const Rgb& low, const Rgb& high);

  // Map one colour in place. In a cube it is interpolated in the tetrahedron of four entries around it (J. Kasson, S.
  // Nin, W. Plouffe, J. Hafner: Performing color space conversions with three-dimensional linear interpolation, 1995);
  // along curves, between two values. Colours beyond `low` and `high` are clamped to them; NaN is `low`.
  void apply(float& r, float& g, float& b) const;

 private:
  [[nodiscard]] const Rgb& at(std::size_t r, std::size_t g, std::size_t b) const {
    return colors_[(b * size_ + g) * size_ + r];
  }
  bool is_cube_;
  std::size_t size_;
  std::vector<Rgb> colors_;
  Rgb low_, scale_{};
};

}  // namespace sl

// Color spaces of three curves and a matrix.

#pragma once

#include <array>
#include <functional>

#include "libcore/pixels/matrix.h"

namespace sl {

// The function of a channel and its inverse, from codes (0 to 1) to light, where 1 is the white of a page; for values
// from 0 on.
struct LightCurve {
  std::function<double(double)> to_light, from_light;
};

struct MatrixSpace {
  std::array<LightCurve, 3> curves;
  Matrix to_xyz{};  // from light to XYZ, adapted to D50
  // HLG: light of the scene, whose luminance to this power is that of the display.
  double system_gamma = 1;
  bool is_gray = false;  // one channel, and white in all of XYZ
};

// Return the space of numbers of H.273. White in PQ and HLG is 203 cd/m2 (ITU-R BT.2408), on a display of 1000 cd/m2
// for HLG. Throw Data for numbers that are no such space.
[[nodiscard]] MatrixSpace matrix_space(int primaries, int transfer, bool gray);

// Return whether codes of one mean nearly the same in the other: closer than codes of 8 bits are to each other.
[[nodiscard]] bool nearly_same(const MatrixSpace& a, const MatrixSpace& b);

}  // namespace sl

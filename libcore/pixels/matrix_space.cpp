// Spaces of H.273.

#include "libcore/pixels/matrix_space.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "libcore/pixels/icc.h"
#include "libcore/pixels/transfer.h"

namespace sl {

namespace {

// ITU-R BT.2408-5, 2.1 and BT.2100-2, table 5.
constexpr double white_nits = 203, pq_nits = 10000, hlg_nits = 1000, hlg_gamma = 1.2;
constexpr int pq = 16, hlg = 18, srgb = 13;

}  // namespace

MatrixSpace matrix_space(int primaries, int transfer, bool gray) {
  MatrixSpace space;
  const Transfer::Pair pair = Transfer::functions_of(is_like_srgb(transfer) ? srgb : transfer);
  const double scale = transfer == pq ? pq_nits / white_nits : transfer == hlg ? hlg_nits / white_nits : 1;
  if (transfer == hlg) space.system_gamma = hlg_gamma;
  // HLG is scaled after its system gamma: so here is what its light to that power is scaled by.
  const double inner = transfer == hlg ? std::pow(scale, 1 / hlg_gamma) : scale;
  space.curves.fill({[pair, inner](double value) { return pair.to_light(value) * inner; },
                     [pair, inner](double light) { return pair.from_light(light / inner); }});
  space.to_xyz = light_to_xyz(primaries_of(primaries).chromaticities);
  space.is_gray = gray;
  return space;
}

bool nearly_same(const MatrixSpace& a, const MatrixSpace& b) {
  constexpr double close = 0.0015;  // of the range
  if (a.is_gray != b.is_gray || a.system_gamma != b.system_gamma) return false;
  const Matrix between = product(inverse(b.to_xyz), a.to_xyz);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3 && !a.is_gray; ++k) {
      if (std::abs(between[i][k] - (i == k ? 1 : 0)) > close) return false;
    }
    for (int code = 0; code <= 255; ++code) {
      const double value = code / 255.0, light = a.curves[i].to_light(value);
      if (std::abs(b.curves[i].from_light(light) - value) > close) return false;
    }
  }
  return true;
}

}  // namespace sl

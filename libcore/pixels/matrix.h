// Matrices of three colour components.

#pragma once

#include <array>

namespace sl {

using Matrix = std::array<std::array<double, 3>, 3>;  // rows of columns

[[nodiscard]] Matrix inverse(const Matrix& matrix);
// Return the matrix that applies `b` first, then `a`.
[[nodiscard]] Matrix product(const Matrix& a, const Matrix& b);

// out[i] = sum of factor[i][k] * in[k], plus offset[i].
struct Affine {
  Matrix factor{};
  std::array<double, 3> offset{};
};

}  // namespace sl

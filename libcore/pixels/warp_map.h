// Where the pixels of a warped picture come from.
//
// Places are continuous: pixel (i, j) covers i to i + 1 and j to j + 1, and its middle is (i + 0.5, j + 0.5).

#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "libcore/base/size_text.h"
#include "libcore/pixels/matrix.h"

namespace sl {

using Point = std::array<double, 2>;

class WarpMap {
 public:
  virtual ~WarpMap() = default;
  // Set u[i], v[i] to the place in the input of the output's place `first` + i * `step`. NaN: it comes from nowhere.
  virtual void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const = 0;
  // Return the least and the greatest v of the places between `top` and `bottom`, x from 0 to `width`, whose u lies
  // between `left` and `right`; or more than these. `low` is above `high` if no place does.
  struct Reach {
    double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  };
  [[nodiscard]] virtual Reach rows(double /*top*/, double /*bottom*/, double /*width*/, double /*left*/,
                                   double /*right*/) const {
    return {};
  }
};

// Straight lines stay straight: (x, y, 1) by a matrix, divided by its third component.
class ProjectiveMap : public WarpMap {
 public:
  explicit ProjectiveMap(const Matrix& matrix) : m_(matrix) {}
  void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const override;
  [[nodiscard]] Reach rows(double top, double bottom, double width, double left, double right) const override;

 private:
  [[nodiscard]] bool is_affine() const { return m_[2][0] == 0 && m_[2][1] == 0; }
  Matrix m_;
};

// Return the matrix that takes the four points `from` to the four points `to`. Throw Usage if three points of either
// lie on a line.
[[nodiscard]] Matrix projection_between(const std::array<Point, 4>& from, const std::array<Point, 4>& to);

// A rotation by `degrees`, clockwise as the picture is seen, about its middle, of pixels that are `aspect` times as
// wide as high: the matrix from the output to the input, and the size of the output that holds the whole picture, or
// the largest with these proportions inside it.
[[nodiscard]] Matrix rotation(const Size& from, const Size& to, double degrees, double aspect);
[[nodiscard]] Size rotated_size(const Size& from, double degrees, double aspect);
[[nodiscard]] Size inner_size(const Size& from, double degrees, double aspect);

}  // namespace sl

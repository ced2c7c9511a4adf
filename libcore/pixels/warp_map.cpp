// Projective maps, and the matrices of rotations.

#include "libcore/pixels/warp_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/clones.h"

namespace sl {

namespace {

// One coordinate of places at the same distance from each other.
SL_FLOAT_CLONES void along_line(double start, double slope, double scale, std::size_t count, double* out) {
  // CPUs convert 32 bits at once.
  const auto places = static_cast<std::int32_t>(count);
  for (std::int32_t i = 0; i < places; ++i) out[i] = (start + static_cast<double>(i) * slope) * scale;
}

}  // namespace

void ProjectiveMap::places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const {
  std::array<double, 3> start{}, slope{};
  for (std::size_t i = 0; i < 3; ++i) {
    start[i] = m_[i][0] * first[0] + m_[i][1] * first[1] + m_[i][2];
    slope[i] = m_[i][0] * step[0] + m_[i][1] * step[1];
  }
  if (is_affine()) {
    const double scale = 1 / m_[2][2];
    along_line(start[0], slope[0], scale, count, u);
    along_line(start[1], slope[1], scale, count, v);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double w = start[2] + static_cast<double>(i) * slope[2];
    // Behind the viewer there is no picture.
    u[i] = w > 0 ? (start[0] + static_cast<double>(i) * slope[0]) / w : std::numeric_limits<double>::quiet_NaN();
    v[i] = w > 0 ? (start[1] + static_cast<double>(i) * slope[1]) / w : std::numeric_limits<double>::quiet_NaN();
  }
}

WarpMap::Reach ProjectiveMap::rows(double top, double bottom, double width, double left, double right) const {
  // The part of the band whose u lies between the sides, as a polygon that is cut by two lines: w and u times w are
  // linear in x and y. Its corners have the extremes of v, as no line of it goes through w = 0.
  std::array<Point, 16> polygon{{{0, top}, {width, top}, {width, bottom}, {0, bottom}}};
  std::size_t count = 4;
  const auto linear = [](const std::array<double, 3>& row, const Point& p) {
    return row[0] * p[0] + row[1] * p[1] + row[2];
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (linear(m_[2], polygon[i]) <= 1e-9) return {};
  }
  const auto cut = [&](auto inside) {
    std::array<Point, 16> kept{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Point &a = polygon[i], &b = polygon[(i + 1) % count];
      const double da = inside(a), db = inside(b);
      if (da >= 0) kept[n++] = a;
      if ((da < 0) != (db < 0)) {
        const double t = da / (da - db);
        kept[n++] = {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
      }
    }
    polygon = kept;
    count = n;
  };
  cut([&](const Point& p) { return linear(m_[0], p) - left * linear(m_[2], p); });
  cut([&](const Point& p) { return right * linear(m_[2], p) - linear(m_[0], p); });
  Reach reach{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t i = 0; i < count; ++i) {
    const double v = linear(m_[1], polygon[i]) / linear(m_[2], polygon[i]);
    reach.low = std::min(reach.low, v);
    reach.high = std::max(reach.high, v);
  }
  return reach;
}

namespace {

// From the corners of the unit square (0,0), (1,0), (1,1), (0,1) to four points (P. Heckbert, Fundamentals of Texture
// Mapping and Image Warping, 1989, 2.2.3).
Matrix from_square(const std::array<Point, 4>& p) {
  const double sx = p[0][0] - p[1][0] + p[2][0] - p[3][0], sy = p[0][1] - p[1][1] + p[2][1] - p[3][1];
  const double dx1 = p[1][0] - p[2][0], dx2 = p[3][0] - p[2][0], dy1 = p[1][1] - p[2][1], dy2 = p[3][1] - p[2][1];
  const double determinant = dx1 * dy2 - dx2 * dy1;
  const double g = (sx * dy2 - dx2 * sy) / determinant, h = (dx1 * sy - sx * dy1) / determinant;
  return {{{p[1][0] - p[0][0] + g * p[1][0], p[3][0] - p[0][0] + h * p[3][0], p[0][0]},
           {p[1][1] - p[0][1] + g * p[1][1], p[3][1] - p[0][1] + h * p[3][1], p[0][1]},
           {g, h, 1}}};
}

void check_points(const std::array<Point, 4>& p) {
  for (std::size_t i = 0; i < 4; ++i) {
    const Point &a = p[i], &b = p[(i + 1) % 4], &c = p[(i + 2) % 4];
    const double area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    if (!(std::abs(area) > 1e-9)) throw Error(Status::Usage, "three of the four points lie on a line");
  }
}

struct Frame {
  double width, height;
};

// Half the size of the picture's bounding box, in units of its height.
Frame turned(const Size& from, double degrees, double aspect) {
  const double angle = degrees * std::numbers::pi / 180, c = std::abs(std::cos(angle)), s = std::abs(std::sin(angle));
  const double w = from.width * aspect, h = from.height;
  return {(w * c + h * s) / aspect, w * s + h * c};
}

Size rounded(const Frame& frame) {
  // 6442.9999 is 6443, and a rotation by 90 degrees exact, in spite of the last bits of sines.
  const auto side = [](double value) {
    return static_cast<std::uint32_t>(std::clamp(std::ceil(value - 1e-6), 1.0, double{wire_limit::number}));
  };
  return {side(frame.width), side(frame.height)};
}

}  // namespace

Matrix projection_between(const std::array<Point, 4>& from, const std::array<Point, 4>& to) {
  check_points(from);
  check_points(to);
  Matrix matrix = product(from_square(to), inverse(from_square(from)));
  const double w = matrix[2][2];
  // Positive inside the picture, so that what lies behind the viewer is known.
  const Point middle{(from[0][0] + from[2][0]) / 2, (from[0][1] + from[2][1]) / 2};
  const double sign = matrix[2][0] * middle[0] + matrix[2][1] * middle[1] + w < 0 ? -1 : 1;
  for (auto& row : matrix) {
    for (double& value : row) value *= sign;
  }
  return matrix;
}

Matrix rotation(const Size& from, const Size& to, double degrees, double aspect) {
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const Matrix turn{{{c, s / aspect, 0}, {-s * aspect, c, 0}, {0, 0, 1}}};
  const Matrix to_middle{{{1, 0, -(to.width / 2.0)}, {0, 1, -(to.height / 2.0)}, {0, 0, 1}}};
  const Matrix from_middle{{{1, 0, from.width / 2.0}, {0, 1, from.height / 2.0}, {0, 0, 1}}};
  return product(from_middle, product(turn, to_middle));
}

Size rotated_size(const Size& from, double degrees, double aspect) { return rounded(turned(from, degrees, aspect)); }

Size inner_size(const Size& from, double degrees, double aspect) {
  // The largest rectangle of the same proportions: its own box, turned back, touches the picture's sides.
  const Frame box = turned(from, degrees, aspect);
  const double scale = std::min(from.width / box.width, from.height / box.height);
  const auto side = [scale](std::uint32_t length) {
    return std::max(1U, static_cast<std::uint32_t>(std::floor(length * scale + 1e-6)));
  };
  return {side(from.width), side(from.height)};
}

}  // namespace sl

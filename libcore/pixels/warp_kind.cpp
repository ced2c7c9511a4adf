// Sizes that follow from maps.

#include "libcore/pixels/warp_kind.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/media/geometry.h"
#include "libcore/pixels/warp_shapes.h"

namespace sl {

namespace {

struct Plan {
  std::shared_ptr<const WarpMap> map;
  Size size;
};

std::uint32_t side(double length) {
  if (!(length <= double{wire_limit::number})) throw Error(Status::Usage, "the result would be too large");
  return static_cast<std::uint32_t>(std::max(1.0, std::ceil(length - 1e-6)));
}

Plan affine_plan(const Size& from, const std::vector<double>& n, const std::optional<Size>& size) {
  const double x = n.size() > 4 ? n[4] : 0, y = n.size() > 4 ? n[5] : 0;
  Matrix forward{{{n[0], n[1], x}, {n[2], n[3], y}, {0, 0, 1}}};
  if (std::abs(n[0] * n[3] - n[1] * n[2]) < 1e-9) throw Error(Status::Usage, "--affine: the matrix leaves a line only");
  Size to = size.value_or(from);
  if (!size) {
    // The box around the four corners, which begins at 0, 0.
    double left = 0, right = 0, top = 0, bottom = 0;
    for (const auto& [cx, cy] :
         {Point{from.width * 1.0, 0}, {0, from.height * 1.0}, {from.width * 1.0, from.height * 1.0}}) {
      const double px = n[0] * cx + n[1] * cy, py = n[2] * cx + n[3] * cy;
      left = std::min(left, px);
      right = std::max(right, px);
      top = std::min(top, py);
      bottom = std::max(bottom, py);
    }
    to = {side(right - left), side(bottom - top)};
    forward[0][2] -= left;
    forward[1][2] -= top;
  }
  return {std::make_shared<ProjectiveMap>(inverse(forward)), to};
}

Plan perspective_plan(const std::vector<double>& n, const Size& from, const std::optional<Size>& size) {
  std::array<Point, 4> source{}, target{};
  const bool pairs = n.size() == 16;
  for (std::size_t i = 0; i < 4; ++i) source[i] = pairs ? Point{n[4 * i], n[4 * i + 1]} : Point{n[2 * i], n[2 * i + 1]};
  const auto length = [&](std::size_t a, std::size_t b) {
    return std::hypot(source[a][0] - source[b][0], source[a][1] - source[b][1]);
  };
  Size to = size.value_or(from);
  if (!size && !pairs) {
    to = {side(std::max(length(0, 1), length(2, 3))), side(std::max(length(1, 2), length(3, 0)))};
  }
  const double w = to.width, h = to.height;
  target = {{{0, 0}, {w, 0}, {w, h}, {0, h}}};
  for (std::size_t i = 0; i < 4 && pairs; ++i) target[i] = {n[4 * i + 2], n[4 * i + 3]};
  return {std::make_shared<ProjectiveMap>(projection_between(target, source)), to};
}

Plan plan_of(const Size& from, const WarpKind& kind, const std::optional<Size>& size) {
  const Size same = size.value_or(from);
  if (kind.affine) return affine_plan(from, kind.affine->values, size);
  if (kind.perspective) return perspective_plan(kind.perspective->values, from, size);
  if (kind.lens) {
    const std::vector<double>& k = kind.lens->values;
    return {std::make_shared<LensMap>(from, k[0], k.size() > 1 ? k[1] : 0), from};
  }
  if (kind.polar) return {std::make_shared<PolarMap>(from, same, *kind.polar == Polar::Unroll), same};
  return {kind.table, kind.table->size()};
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, Numbers& numbers) {
  constexpr std::string_view between = ", :;";
  numbers.values.clear();
  for (std::size_t at = text.find_first_not_of(between); at != std::string_view::npos;
       at = text.find_first_not_of(between, at)) {
    const std::size_t end = std::min(text.find_first_of(between, at), text.size());
    const auto value = to_number<double>(text.substr(at, end - at));
    if (!value || !(std::abs(*value) <= 1e9)) bad_value(option, text, "is no list of numbers, as 1,0.2,0,1");
    numbers.values.push_back(*value);
    at = end;
  }
}

void WarpKind::check() const {
  const int count =
      affine.has_value() + perspective.has_value() + lens.has_value() + polar.has_value() + (table != nullptr);
  if (count != 1) throw Error(Status::Usage, "one of --affine, --perspective, --lens, --polar and --map is needed");
  const auto has = [](const std::optional<Numbers>& numbers, std::size_t one, std::size_t other) {
    return !numbers || numbers->values.size() == one || numbers->values.size() == other;
  };
  if (!has(affine, 4, 6)) throw Error(Status::Usage, "--affine takes A,B,C,D or A,B,C,D,X,Y");
  if (!has(perspective, 8, 16)) {
    throw Error(Status::Usage, "--perspective takes four points X,Y, or four pairs of points X,Y,X,Y");
  }
  if (!has(lens, 1, 2)) throw Error(Status::Usage, "--lens takes K1 or K1,K2");
}

std::unique_ptr<GeometryStep> make_warp(const Track& from, const WarpKind& kind, const std::optional<Size>& size,
                                        const Warper::Settings& settings) {
  const Size upright = upright_size(from);
  const Plan plan = plan_of(upright, kind, size);
  const Size stored = turn_of(from.orientation).swap ? Size{plan.size.height, plan.size.width} : plan.size;
  return std::make_unique<Warper>(
      from, stored, std::make_unique<StoredMap>(plan.map, from.orientation, upright, plan.size), settings);
}

}  // namespace sl

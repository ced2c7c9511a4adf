// Arithmetic of areas, transforms and clips.

#include "values.h"

#include <algorithm>

namespace sl::drawing {

Transform then(const Transform& first, const Transform& second) {
  const Point origin = second.of({first.x0, first.y0});
  return {second.xx * first.xx + second.xy * first.yx,
          second.yx * first.xx + second.yy * first.yx,
          second.xx * first.xy + second.xy * first.yy,
          second.yx * first.xy + second.yy * first.yy,
          origin.x,
          origin.y};
}

Area intersection(const Area& a, const Area& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)};
}

Area grown(const Area& area, double by) { return {area.left - by, area.top - by, area.right + by, area.bottom + by}; }

Area transformed(const Area& area, const Transform& transform) {
  const std::array corners{transform.of({area.left, area.top}), transform.of({area.right, area.top}),
                           transform.of({area.left, area.bottom}), transform.of({area.right, area.bottom})};
  Area out{corners[0].x, corners[0].y, corners[0].x, corners[0].y};
  for (const Point& p : corners) {
    out.left = std::min(out.left, p.x);
    out.right = std::max(out.right, p.x);
    out.top = std::min(out.top, p.y);
    out.bottom = std::max(out.bottom, p.y);
  }
  return out;
}

bool Group::operator==(const Group& other) const { return *commands == *other.commands; }

bool same(const std::shared_ptr<const Clip>& a, const std::shared_ptr<const Clip>& b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr) return false;
  return a->antialias == b->antialias && a->transform == b->transform && a->path == b->path && same(a->outer, b->outer);
}

}  // namespace sl::drawing

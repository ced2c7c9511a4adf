// Ellipses are cubics of 45 degrees at most, which are 4e-6 of their radius away from them.

#include "paths.h"

#include <algorithm>
#include <numbers>

namespace sl::drawing {

Point PathBuilder::last() const {
  for (auto element = path_.elements.rbegin(); element != path_.elements.rend(); ++element) {
    if (element->verb != Verb::Close) return element->points[element->verb == Verb::Cubic ? 2 : 0];
  }
  return {};
}

void PathBuilder::line(const Point& to) {
  if (path_.elements.empty()) move({});
  path_.elements.push_back({Verb::Line, {to}});
}

void PathBuilder::cubic(const Point& a, const Point& b, const Point& to) {
  if (path_.elements.empty()) move({});
  path_.elements.push_back({Verb::Cubic, {a, b, to}});
}

void PathBuilder::quad(const Point& control, const Point& to) {
  const Point from = last();
  const auto part = [&](const Point& end) {
    return Point{end.x + (control.x - end.x) * 2 / 3, end.y + (control.y - end.y) * 2 / 3};
  };
  cubic(part(from), part(to), to);
}

void PathBuilder::polygon(const std::vector<Point>& points, bool closed) {
  for (std::size_t i = 0; i < points.size(); ++i) i == 0 ? move(points[i]) : line(points[i]);
  if (closed && !points.empty()) close();
}

void PathBuilder::rect(const Area& area) {
  polygon({{area.left, area.top}, {area.right, area.top}, {area.right, area.bottom}, {area.left, area.bottom}}, true);
}

void PathBuilder::oval(const Area& area) {
  arc(area, 0, 360, false);
  close();
}

void PathBuilder::round_rect(const Area& area, double radius_x, double radius_y) {
  const double rx = std::clamp(radius_x, 0.0, std::max((area.right - area.left) / 2, 0.0));
  const double ry = std::clamp(radius_y, 0.0, std::max((area.bottom - area.top) / 2, 0.0));
  if (rx <= 0 || ry <= 0) return rect(area);
  arc({area.right - 2 * rx, area.top, area.right, area.top + 2 * ry}, -90, 90, false);
  arc({area.right - 2 * rx, area.bottom - 2 * ry, area.right, area.bottom}, 0, 90, true);
  arc({area.left, area.bottom - 2 * ry, area.left + 2 * rx, area.bottom}, 90, 90, true);
  arc({area.left, area.top, area.left + 2 * rx, area.top + 2 * ry}, 180, 90, true);
  close();
}

void PathBuilder::arc(const Area& area, double start, double sweep, bool joined) {
  const double cx = (area.left + area.right) / 2, cy = (area.top + area.bottom) / 2;
  const double rx = (area.right - area.left) / 2, ry = (area.bottom - area.top) / 2;
  const double turn = std::clamp(sweep, -360.0, 360.0), degree = std::numbers::pi / 180;
  const int parts = std::max(static_cast<int>(std::ceil(std::abs(turn) / 45)), 1);
  const double step = turn * degree / parts, bend = 4.0 / 3 * std::tan(step / 4);
  double angle = std::fmod(start, 360.0) * degree;
  const auto at = [&](double x, double y) { return Point{cx + rx * x, cy + ry * y}; };
  const Point first = at(std::cos(angle), std::sin(angle));
  if (joined) {
    line(first);
  } else {
    move(first);
  }
  for (int i = 0; i < parts; ++i, angle += step) {
    const double c = std::cos(angle), s = std::sin(angle), d = std::cos(angle + step), t = std::sin(angle + step);
    cubic(at(c - bend * s, s + bend * c), at(d + bend * t, t - bend * d), at(d, t));
  }
}

namespace {

int points_of(Verb verb) { return verb == Verb::Cubic ? 3 : verb == Verb::Close ? 0 : 1; }

}  // namespace

Area bounds_of(const Path& path) {
  Area area{1e300, 1e300, -1e300, -1e300};
  for (const Path::Element& element : path.elements) {
    for (int i = 0; i < points_of(element.verb); ++i) {
      const Point& p = element.points[static_cast<std::size_t>(i)];
      area = {std::min(area.left, p.x), std::min(area.top, p.y), std::max(area.right, p.x), std::max(area.bottom, p.y)};
    }
  }
  return area.left > area.right ? Area{} : area;
}

void add_to(cairo_t* context, const Path& path) {
  for (const auto& [verb, p] : path.elements) {
    switch (verb) {
      case Verb::Move:
        cairo_move_to(context, p[0].x, p[0].y);
        break;
      case Verb::Line:
        cairo_line_to(context, p[0].x, p[0].y);
        break;
      case Verb::Cubic:
        cairo_curve_to(context, p[0].x, p[0].y, p[1].x, p[1].y, p[2].x, p[2].y);
        break;
      case Verb::Close:
        cairo_close_path(context);
        break;
    }
  }
  cairo_set_fill_rule(context, path.even_odd ? CAIRO_FILL_RULE_EVEN_ODD : CAIRO_FILL_RULE_WINDING);
}

Path transformed(const Path& path, const Transform& transform) {
  Path out = path;
  for (Path::Element& element : out.elements) {
    for (Point& p : element.points) p = transform.of(p);
  }
  return out;
}

}  // namespace sl::drawing

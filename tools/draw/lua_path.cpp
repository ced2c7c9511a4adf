// skia.Path.

#include "libcore/base/error.h"
#include "lua_args.h"
#include "lua_skia.h"

namespace sl::drawing {

namespace {

constexpr std::size_t most_elements = 1'000'000;

PathBuilder pen(lua_State* lua) {
  Path& path = checked<Path>(lua, 1);
  if (path.elements.size() > most_elements) throw Error(Status::Limit, "a path of more than a million parts");
  return PathBuilder(path);
}

// Points of the relative forms count from the last point.
template <bool relative>
Point point_of(lua_State* lua, Args& args) {
  const Point point = args.point();
  if (!relative) return point;
  const Point last = pen(lua).last();
  return {last.x + point.x, last.y + point.y};
}

template <bool relative>
int move_to(lua_State* lua) {
  Args args(lua);
  pen(lua).move(point_of<relative>(lua, args));
  return 0;
}
template <bool relative>
int line_to(lua_State* lua) {
  Args args(lua);
  pen(lua).line(point_of<relative>(lua, args));
  return 0;
}
template <bool relative>
int quad_to(lua_State* lua) {
  Args args(lua);
  const Point control = point_of<relative>(lua, args);
  pen(lua).quad(control, point_of<relative>(lua, args));
  return 0;
}
template <bool relative>
int cubic_to(lua_State* lua) {
  Args args(lua);
  const Point a = point_of<relative>(lua, args), b = point_of<relative>(lua, args);
  pen(lua).cubic(a, b, point_of<relative>(lua, args));
  return 0;
}
int close_path(lua_State* lua) {
  pen(lua).close();
  return 0;
}
int arc_to(lua_State* lua) {
  Args args(lua);
  const Area oval = args.area();
  const double start = args.number(), sweep = args.number();
  const bool moves = args.flag_or(false) || checked<Path>(lua, 1).elements.empty();
  pen(lua).arc(oval, start, sweep, !moves);
  return 0;
}
int add_arc(lua_State* lua) {
  Args args(lua);
  const Area oval = args.area();
  const double start = args.number();
  pen(lua).arc(oval, start, args.number(), false);
  return 0;
}
int add_rect(lua_State* lua) {
  pen(lua).rect(Args(lua).area());
  return 0;
}
int add_oval(lua_State* lua) {
  pen(lua).oval(Args(lua).area());
  return 0;
}
int add_circle(lua_State* lua) {
  Args args(lua);
  const Point center = args.point();
  const double radius = args.number();
  pen(lua).oval({center.x - radius, center.y - radius, center.x + radius, center.y + radius});
  return 0;
}
int add_round_rect(lua_State* lua) {
  Args args(lua);
  if (const RoundRect* rect = args.object_if<RoundRect>()) {
    pen(lua).round_rect(rect->area, rect->radius_x, rect->radius_y);
    return 0;
  }
  const Area area = args.area();
  const double radius = args.number();
  pen(lua).round_rect(area, radius, args.number_or(radius));
  return 0;
}
int add_poly(lua_State* lua) {
  Args args(lua);
  const std::vector<Point> points = args.points();
  pen(lua).polygon(points, args.flag_or(false));
  return 0;
}
int add_path(lua_State* lua) {
  const Path other = checked<Path>(lua, 2);
  Path& path = checked<Path>(lua, 1);
  (void)pen(lua);
  path.elements.insert(path.elements.end(), other.elements.begin(), other.elements.end());
  return 0;
}
int set_fill_type(lua_State* lua) {
  checked<Path>(lua, 1).even_odd = Args(lua).number() == 1;
  return 0;
}
int reset_path(lua_State* lua) {
  checked<Path>(lua, 1) = {};
  return 0;
}
int transform_path(lua_State* lua) {
  Path& path = checked<Path>(lua, 1);
  path = transformed(path, checked<Transform>(lua, 2));
  return 0;
}
int path_bounds(lua_State* lua) { return push(lua, bounds_of(checked<Path>(lua, 1))); }
int path_is_empty(lua_State* lua) {
  lua_pushboolean(lua, static_cast<int>(checked<Path>(lua, 1).elements.empty()));
  return 1;
}
int new_path(lua_State* lua) {
  const Path* other = object_at<Path>(lua, 2);
  return push(lua, other == nullptr ? Path{} : *other);
}

constexpr Method path_methods[] = {{"moveTo", guarded<move_to<false>>},
                                   {"rMoveTo", guarded<move_to<true>>},
                                   {"lineTo", guarded<line_to<false>>},
                                   {"rLineTo", guarded<line_to<true>>},
                                   {"quadTo", guarded<quad_to<false>>},
                                   {"rQuadTo", guarded<quad_to<true>>},
                                   {"cubicTo", guarded<cubic_to<false>>},
                                   {"rCubicTo", guarded<cubic_to<true>>},
                                   {"arcTo", guarded<arc_to>},
                                   {"close", guarded<close_path>},
                                   {"addArc", guarded<add_arc>},
                                   {"addRect", guarded<add_rect>},
                                   {"addOval", guarded<add_oval>},
                                   {"addCircle", guarded<add_circle>},
                                   {"addRoundRect", guarded<add_round_rect>},
                                   {"addRRect", guarded<add_round_rect>},
                                   {"addPoly", guarded<add_poly>},
                                   {"addPath", guarded<add_path>},
                                   {"setFillType", guarded<set_fill_type>},
                                   {"reset", guarded<reset_path>},
                                   {"transform", guarded<transform_path>},
                                   {"getBounds", guarded<path_bounds>},
                                   {"isEmpty", guarded<path_is_empty>}};

}  // namespace

void add_paths(lua_State* lua) {
  begin_class<Path>(lua, guarded<new_path>, path_methods);
  lua_pop(lua, 1);
  add_rects(lua);
}

}  // namespace sl::drawing

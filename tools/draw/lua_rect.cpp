// skia.Rect, skia.RRect and skia.Matrix.

#include <numbers>

#include "lua_args.h"
#include "lua_skia.h"

namespace sl::drawing {

namespace {

// ---- Rect ----

template <double (*measure)(const Area&)>
int of_rect(lua_State* lua) {
  lua_pushnumber(lua, measure(checked<Area>(lua, 1)));
  return 1;
}
double left(const Area& a) { return a.left; }
double top(const Area& a) { return a.top; }
double right(const Area& a) { return a.right; }
double bottom(const Area& a) { return a.bottom; }
double width(const Area& a) { return a.right - a.left; }
double height(const Area& a) { return a.bottom - a.top; }
double center_x(const Area& a) { return (a.left + a.right) / 2; }
double center_y(const Area& a) { return (a.top + a.bottom) / 2; }

int rect_of_edges(lua_State* lua) { return push(lua, Args(lua, 1).area()); }
int rect_of_place(lua_State* lua) {
  Args args(lua, 1);
  const Point place = args.point();
  const double across = args.number();
  return push(lua, Area{place.x, place.y, place.x + across, place.y + args.number()});
}
int rect_of_size(lua_State* lua) {
  Args args(lua, 1);
  const double across = args.number();
  return push(lua, Area{0, 0, across, args.number()});
}
// Rect(left, top, right, bottom), or Rect(width, height).
int new_rect(lua_State* lua) {
  if (lua_isnoneornil(lua, 2)) return push(lua, Area{});
  if (lua_gettop(lua) != 3) return push(lua, Args(lua).area());
  Args args(lua);
  const double across = args.number();
  return push(lua, Area{0, 0, across, args.number()});
}
template <int sign>
int moved_edges(lua_State* lua) {  // makeInset, makeOutset
  Args args(lua);
  const Area area = checked<Area>(lua, 1);
  const double x = args.number() * sign, y = args.number() * sign;
  return push(lua, Area{area.left + x, area.top + y, area.right - x, area.bottom - y});
}
int make_offset(lua_State* lua) {
  const Area area = checked<Area>(lua, 1);
  const Point by = Args(lua).point();
  return push(lua, Area{area.left + by.x, area.top + by.y, area.right + by.x, area.bottom + by.y});
}

constexpr Method rect_methods[] = {{"MakeLTRB", guarded<rect_of_edges>},     {"MakeXYWH", guarded<rect_of_place>},
                                   {"MakeWH", guarded<rect_of_size>},        {"left", guarded<of_rect<left>>},
                                   {"top", guarded<of_rect<top>>},           {"right", guarded<of_rect<right>>},
                                   {"bottom", guarded<of_rect<bottom>>},     {"width", guarded<of_rect<width>>},
                                   {"height", guarded<of_rect<height>>},     {"centerX", guarded<of_rect<center_x>>},
                                   {"centerY", guarded<of_rect<center_y>>},  {"makeInset", guarded<moved_edges<1>>},
                                   {"makeOutset", guarded<moved_edges<-1>>}, {"makeOffset", guarded<make_offset>}};

int round_rect(lua_State* lua) {
  Args args(lua, 1);
  RoundRect rect{args.area()};
  rect.radius_x = args.number();
  rect.radius_y = args.number_or(rect.radius_x);
  return push(lua, rect);
}

// ---- Matrix ----

int translate(lua_State* lua) {
  const Point by = Args(lua, 1).point();
  return push(lua, Transform{1, 0, 0, 1, by.x, by.y});
}
int scale(lua_State* lua) {
  Args args(lua, 1);
  const double x = args.number();
  return push(lua, Transform{x, 0, 0, args.number_or(x), 0, 0});
}
int rotate(lua_State* lua) {
  const double angle = Args(lua, 1).number() * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  return push(lua, Transform{c, s, -s, c, 0, 0});
}
int concat(lua_State* lua) {  // applies the second one first
  return push(lua, then(checked<Transform>(lua, 2), checked<Transform>(lua, 1)));
}
int new_matrix(lua_State* lua) { return push(lua, Transform{}); }

constexpr Method matrix_methods[] = {{"Translate", guarded<translate>},
                                     {"Scale", guarded<scale>},
                                     {"RotateDeg", guarded<rotate>},
                                     {"Concat", guarded<concat>}};

}  // namespace

void add_rects(lua_State* lua) {
  begin_class<Area>(lua, guarded<new_rect>, rect_methods);
  lua_pop(lua, 1);
  constexpr Method round_methods[] = {{"MakeRectXY", guarded<round_rect>}};
  begin_class<RoundRect>(lua, nullptr, round_methods);
  lua_pop(lua, 1);
  begin_class<Transform>(lua, guarded<new_matrix>, matrix_methods);
  lua_pop(lua, 1);
}

}  // namespace sl::drawing

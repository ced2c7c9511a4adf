// Numbers are kept to what Cairo can draw.

#include "lua_args.h"

#include <algorithm>
#include <cmath>

namespace sl::drawing {

namespace {

constexpr double most = 1e6;
constexpr lua_Integer most_elements = 1'000'000;

}  // namespace

Rgba color_of(lua_Integer color) {
  const auto part = [&](int shift) { return static_cast<float>(color >> shift & 255) / 255; };
  return {part(16), part(8), part(0), part(24)};
}

lua_Integer number_of(const Rgba& color) {
  const auto part = [](float value) {
    return static_cast<lua_Integer>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255));
  };
  return part(color.alpha) << 24 | part(color.red) << 16 | part(color.green) << 8 | part(color.blue);
}

double Args::number() {
  const double value = luaL_checknumber(lua_, next_);
  if (!std::isfinite(value)) luaL_argerror(lua_, next_, "is not finite");
  ++next_;
  return std::clamp(value, -most, most);
}

double Args::number_or(double otherwise) {
  if (has()) return number();
  ++next_;
  return otherwise;
}

bool Args::flag_or(bool otherwise) {
  const bool value = has() ? lua_toboolean(lua_, next_) != 0 : otherwise;
  ++next_;
  return value;
}

std::string Args::text() {
  std::size_t size = 0;
  const char* const text = luaL_checklstring(lua_, next_, &size);
  if (size > 65536) luaL_argerror(lua_, next_, "is longer than 65536 bytes");
  ++next_;
  return {text, size};
}

double Args::element(int table, int index) {
  lua_geti(lua_, table, index);
  int is_number = 0;
  const double value = lua_tonumberx(lua_, -1, &is_number);
  lua_pop(lua_, 1);
  if (is_number == 0 || !std::isfinite(value))
    luaL_argerror(lua_, next_, ("has no number at [" + std::to_string(index) + "]").c_str());
  return std::clamp(value, -most, most);
}

Point Args::point() {
  if (!lua_istable(lua_, next_)) {
    const double x = number();
    return {x, number()};
  }
  const Point point{element(next_, 1), element(next_, 2)};
  ++next_;
  return point;
}

Area Args::area() {
  if (const Area* area = object_if<Area>()) return *area;
  if (lua_istable(lua_, next_)) {
    const Area area{element(next_, 1), element(next_, 2), element(next_, 3), element(next_, 4)};
    ++next_;
    return area;
  }
  if (!is_number()) luaL_typeerror(lua_, next_, "skia.Rect");
  const double left = number(), top = number(), right = number();
  return {left, top, right, number()};
}

std::vector<double> Args::numbers() {
  luaL_checktype(lua_, next_, LUA_TTABLE);
  const lua_Integer count = luaL_len(lua_, next_);
  if (count > most_elements) luaL_argerror(lua_, next_, "has more than a million elements");
  std::vector<double> values;
  for (int i = 1; i <= count; ++i) values.push_back(element(next_, i));
  ++next_;
  return values;
}

std::vector<Rgba> Args::colors() {
  luaL_checktype(lua_, next_, LUA_TTABLE);
  std::vector<Rgba> colors;
  for (int i = 1; i <= std::min<lua_Integer>(luaL_len(lua_, next_), 1000); ++i) {
    lua_geti(lua_, next_, i);
    int is_integer = 0;
    colors.push_back(color_of(lua_tointegerx(lua_, -1, &is_integer)));
    lua_pop(lua_, 1);
    if (is_integer == 0) luaL_argerror(lua_, next_, ("has no color at [" + std::to_string(i) + "]").c_str());
  }
  ++next_;
  return colors;
}

cairo_operator_t Args::blend_mode() {
  const lua_Integer mode = luaL_checkinteger(lua_, next_);
  if (mode < CAIRO_OPERATOR_CLEAR || mode > CAIRO_OPERATOR_HSL_LUMINOSITY)
    luaL_argerror(lua_, next_, "is no blend mode");
  ++next_;
  return static_cast<cairo_operator_t>(mode);
}

std::vector<Point> Args::points() {
  luaL_checktype(lua_, next_, LUA_TTABLE);
  const lua_Integer count = luaL_len(lua_, next_);
  if (count > most_elements) luaL_argerror(lua_, next_, "has more than a million elements");
  std::vector<Point> points;
  for (int i = 1; i <= count; ++i) {
    if (lua_geti(lua_, next_, i) != LUA_TTABLE) luaL_argerror(lua_, next_, "is no table of points {x, y}");
    const int table = lua_gettop(lua_);
    points.push_back({element(table, 1), element(table, 2)});
    lua_pop(lua_, 1);
  }
  ++next_;
  return points;
}

}  // namespace sl::drawing

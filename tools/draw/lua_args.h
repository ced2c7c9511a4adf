// The arguments of a function, taken one after another.

#pragma once

#include <lua.hpp>
#include <string>
#include <vector>

#include "lua_class.h"
#include "tools/canvas/paths.h"
#include "tools/canvas/values.h"

namespace sl::drawing {

struct RoundRect {
  Area area;
  double radius_x = 0, radius_y = 0;
};

template <>
struct ClassName<Paint> {
  static constexpr const char* name = "skia.Paint";
};
template <>
struct ClassName<Path> {
  static constexpr const char* name = "skia.Path";
};
template <>
struct ClassName<Area> {
  static constexpr const char* name = "skia.Rect";
};
template <>
struct ClassName<RoundRect> {
  static constexpr const char* name = "skia.RRect";
};
template <>
struct ClassName<Transform> {
  static constexpr const char* name = "skia.Matrix";
};
template <>
struct ClassName<Font> {
  static constexpr const char* name = "skia.Font";
};

// Colors are numbers 0xAARRGGBB.
[[nodiscard]] Rgba color_of(lua_Integer color);
[[nodiscard]] lua_Integer number_of(const Rgba& color);

class Args {
 public:
  explicit Args(lua_State* lua, int first = 2) : lua_(lua), next_(first) {}
  [[nodiscard]] bool has() const { return !lua_isnoneornil(lua_, next_); }
  [[nodiscard]] bool is_number() const { return lua_type(lua_, next_) == LUA_TNUMBER; }

  [[nodiscard]] double number();  // finite
  [[nodiscard]] double number_or(double otherwise);
  [[nodiscard]] bool flag_or(bool otherwise);
  [[nodiscard]] std::string text();
  [[nodiscard]] Rgba color() { return color_of(luaL_checkinteger(lua_, next_++)); }
  // Two numbers, or a table of two or with x and y.
  [[nodiscard]] Point point();
  // A skia.Rect, a table or four numbers: left, top, right, bottom.
  [[nodiscard]] Area area();
  [[nodiscard]] std::vector<double> numbers();  // of a table
  [[nodiscard]] std::vector<Rgba> colors();
  [[nodiscard]] cairo_operator_t blend_mode();
  [[nodiscard]] std::vector<Point> points();
  template <class T>
  [[nodiscard]] T& object() {
    return checked<T>(lua_, next_++);
  }
  template <class T>
  [[nodiscard]] T* object_if() {
    T* const found = object_at<T>(lua_, next_);
    if (found != nullptr) ++next_;
    return found;
  }
  void skip() { ++next_; }

 private:
  double element(int table, int index);

  lua_State* lua_;
  int next_;
};

}  // namespace sl::drawing

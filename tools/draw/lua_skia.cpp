// Colors and constants, and the parts of the table.

#include "lua_skia.h"

#include <algorithm>
#include <string>

#include "lua_args.h"

namespace sl::drawing {

namespace {

lua_Integer byte_at(lua_State* lua, int argument, lua_Integer otherwise) {
  if (lua_isnoneornil(lua, argument)) return otherwise;
  const double value = luaL_checknumber(lua, argument);
  if (!(value >= -0.5 && value < 255.5)) luaL_argerror(lua, argument, "is not from 0 to 255");
  return static_cast<lua_Integer>(value + 0.5);
}

// Color(r, g, b, a), and ColorSetARGB(a, r, g, b).
int color(lua_State* lua) {
  const lua_Integer red = byte_at(lua, 1, -1), green = byte_at(lua, 2, -1), blue = byte_at(lua, 3, -1);
  if (red < 0 || green < 0 || blue < 0) return luaL_error(lua, "skia.Color takes red, green and blue from 0 to 255");
  lua_pushinteger(lua, byte_at(lua, 4, 255) << 24 | red << 16 | green << 8 | blue);
  return 1;
}

int color_of_argb(lua_State* lua) {
  lua_pushinteger(lua,
                  byte_at(lua, 1, 255) << 24 | byte_at(lua, 2, 0) << 16 | byte_at(lua, 3, 0) << 8 | byte_at(lua, 4, 0));
  return 1;
}

int color_of_floats(lua_State* lua) {
  Args args(lua, 1);
  const auto part = [&](double otherwise) { return static_cast<float>(args.number_or(otherwise)); };
  Rgba color;
  color.red = part(0);
  color.green = part(0);
  color.blue = part(0);
  color.alpha = part(1);
  lua_pushinteger(lua, number_of(color));
  return 1;
}

int point(lua_State* lua) {
  const Point point = Args(lua, 1).point();
  lua_createtable(lua, 2, 2);
  lua_pushnumber(lua, point.x);
  lua_seti(lua, -2, 1);
  lua_pushnumber(lua, point.y);
  lua_seti(lua, -2, 2);
  return 1;
}

constexpr Constant colors[] = {
    {"ColorTRANSPARENT", 0},     {"ColorBLACK", 0xff000000},  {"ColorDKGRAY", 0xff444444}, {"ColorGRAY", 0xff888888},
    {"ColorLTGRAY", 0xffcccccc}, {"ColorWHITE", 0xffffffff},  {"ColorRED", 0xffff0000},    {"ColorGREEN", 0xff00ff00},
    {"ColorBLUE", 0xff0000ff},   {"ColorYELLOW", 0xffffff00}, {"ColorCYAN", 0xff00ffff},   {"ColorMAGENTA", 0xffff00ff},
};

// The operators of Cairo; Skia has no other names for them.
constexpr Constant blend_modes[] = {
    {"kClear", CAIRO_OPERATOR_CLEAR},
    {"kSrc", CAIRO_OPERATOR_SOURCE},
    {"kDst", CAIRO_OPERATOR_DEST},
    {"kSrcOver", CAIRO_OPERATOR_OVER},
    {"kDstOver", CAIRO_OPERATOR_DEST_OVER},
    {"kSrcIn", CAIRO_OPERATOR_IN},
    {"kDstIn", CAIRO_OPERATOR_DEST_IN},
    {"kSrcOut", CAIRO_OPERATOR_OUT},
    {"kDstOut", CAIRO_OPERATOR_DEST_OUT},
    {"kSrcATop", CAIRO_OPERATOR_ATOP},
    {"kDstATop", CAIRO_OPERATOR_DEST_ATOP},
    {"kXor", CAIRO_OPERATOR_XOR},
    {"kPlus", CAIRO_OPERATOR_ADD},
    {"kMultiply", CAIRO_OPERATOR_MULTIPLY},
    {"kScreen", CAIRO_OPERATOR_SCREEN},
    {"kOverlay", CAIRO_OPERATOR_OVERLAY},
    {"kDarken", CAIRO_OPERATOR_DARKEN},
    {"kLighten", CAIRO_OPERATOR_LIGHTEN},
    {"kColorDodge", CAIRO_OPERATOR_COLOR_DODGE},
    {"kColorBurn", CAIRO_OPERATOR_COLOR_BURN},
    {"kHardLight", CAIRO_OPERATOR_HARD_LIGHT},
    {"kSoftLight", CAIRO_OPERATOR_SOFT_LIGHT},
    {"kDifference", CAIRO_OPERATOR_DIFFERENCE},
    {"kExclusion", CAIRO_OPERATOR_EXCLUSION},
    {"kHue", CAIRO_OPERATOR_HSL_HUE},
    {"kSaturation", CAIRO_OPERATOR_HSL_SATURATION},
    {"kColor", CAIRO_OPERATOR_HSL_COLOR},
    {"kLuminosity", CAIRO_OPERATOR_HSL_LUMINOSITY},
};
constexpr Constant tile_modes[] = {{"kClamp", CAIRO_EXTEND_PAD},
                                   {"kRepeat", CAIRO_EXTEND_REPEAT},
                                   {"kMirror", CAIRO_EXTEND_REFLECT},
                                   {"kDecal", CAIRO_EXTEND_NONE}};
constexpr Constant fill_types[] = {{"kWinding", 0}, {"kEvenOdd", 1}};
constexpr Constant clip_ops[] = {{"kDifference", 0}, {"kIntersect", 1}};
constexpr Constant blur_styles[] = {{"kNormal_BlurStyle", 0}};

}  // namespace

void set_constants(lua_State* lua, std::span<const Constant> constants) {
  for (const auto& [name, value] : constants) {
    lua_pushinteger(lua, value);
    lua_setfield(lua, -2, name);
  }
}

void add_constants(lua_State* lua, const char* name, std::span<const Constant> constants) {
  lua_newtable(lua);
  set_constants(lua, constants);
  refuse_unknown(lua, (std::string("skia.") + name).c_str());
  lua_setfield(lua, -2, name);
}

void open_skia(lua_State* lua) {
  lua_newtable(lua);
  set_constants(lua, colors);
  set_constants(lua, blur_styles);
  add_constants(lua, "BlendMode", blend_modes);
  add_constants(lua, "TileMode", tile_modes);
  add_constants(lua, "PathFillType", fill_types);
  add_constants(lua, "ClipOp", clip_ops);
  constexpr Method functions[] = {{"Color", color},
                                  {"ColorSetARGB", color_of_argb},
                                  {"ColorSetRGB", color},
                                  {"Color4f", color_of_floats},
                                  {"Point", point}};
  for (const auto& [name, function] : functions) {
    lua_pushcfunction(lua, function);
    lua_setfield(lua, -2, name);
  }
  add_paints(lua);
  add_effects(lua);
  add_paths(lua);
  add_fonts(lua);
  add_canvas(lua);
  refuse_unknown(lua, "skia");
  lua_setglobal(lua, "skia");
}

}  // namespace sl::drawing

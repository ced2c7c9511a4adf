// skia.Paint.

#include <algorithm>
#include <cmath>

#include "lua_args.h"
#include "lua_effects.h"
#include "lua_skia.h"

namespace sl::drawing {

namespace {

Paint& self(lua_State* lua) { return checked<Paint>(lua, 1); }

int set_color(lua_State* lua) {
  self(lua).color = Args(lua).color();
  return 0;
}
int get_color(lua_State* lua) {
  lua_pushinteger(lua, number_of(self(lua).color));
  return 1;
}
int set_argb(lua_State* lua) {
  Args args(lua);
  const auto part = [&] { return static_cast<float>(std::clamp(args.number() / 255, 0.0, 1.0)); };
  const float alpha = part(), red = part(), green = part();
  self(lua).color = {red, green, part(), alpha};
  return 0;
}
int set_alpha(lua_State* lua) {
  self(lua).color.alpha = static_cast<float>(std::clamp(Args(lua).number() / 255, 0.0, 1.0));
  return 0;
}
int set_alpha_f(lua_State* lua) {
  self(lua).color.alpha = static_cast<float>(std::clamp(Args(lua).number(), 0.0, 1.0));
  return 0;
}
int get_alpha(lua_State* lua) {
  lua_pushinteger(lua, std::lround(self(lua).color.alpha * 255));
  return 1;
}
int set_antialias(lua_State* lua) {
  self(lua).antialias = Args(lua).flag_or(true);
  return 0;
}
int set_style(lua_State* lua) {
  const double style = Args(lua).number();
  if (style < 0 || style > 2) luaL_argerror(lua, 2, "is no style");
  self(lua).style = static_cast<Style>(style);
  return 0;
}
int set_width(lua_State* lua) {
  self(lua).width = std::max(Args(lua).number(), 0.0);
  return 0;
}
int get_width(lua_State* lua) {
  lua_pushnumber(lua, self(lua).width);
  return 1;
}
int set_cap(lua_State* lua) {
  self(lua).cap = static_cast<cairo_line_cap_t>(std::clamp(Args(lua).number(), 0.0, 2.0));
  return 0;
}
int set_join(lua_State* lua) {
  self(lua).join = static_cast<cairo_line_join_t>(std::clamp(Args(lua).number(), 0.0, 2.0));
  return 0;
}
int set_miter(lua_State* lua) {
  self(lua).miter = std::clamp(Args(lua).number(), 1.0, 100.0);
  return 0;
}
int set_blend(lua_State* lua) {
  self(lua).blend = Args(lua).blend_mode();
  return 0;
}
int set_path_effect(lua_State* lua) {
  const bool none = lua_isnoneornil(lua, 2);
  const Dashes dashes = none ? Dashes{} : checked<Dashes>(lua, 2);
  self(lua).dashes = dashes.lengths;
  self(lua).dash_phase = dashes.phase;
  return 0;
}
int set_shader(lua_State* lua) {
  self(lua).gradient.reset();
  if (!lua_isnoneornil(lua, 2)) self(lua).gradient = checked<Gradient>(lua, 2);
  return 0;
}
int set_mask_filter(lua_State* lua) {
  self(lua).blur = lua_isnoneornil(lua, 2) ? 0 : checked<MaskBlur>(lua, 2).sigma;
  return 0;
}
int set_image_filter(lua_State* lua) {
  const ImageFilter filter = lua_isnoneornil(lua, 2) ? ImageFilter{} : checked<ImageFilter>(lua, 2);
  self(lua).blur = filter.blur;
  self(lua).shadow = filter.shadow;
  return 0;
}
int reset(lua_State* lua) {
  self(lua) = {};
  return 0;
}

constexpr Method methods[] = {{"setColor", guarded<set_color>},
                              {"getColor", guarded<get_color>},
                              {"setColor4f", guarded<set_color>},
                              {"setARGB", guarded<set_argb>},
                              {"setAlpha", guarded<set_alpha>},
                              {"setAlphaf", guarded<set_alpha_f>},
                              {"getAlpha", guarded<get_alpha>},
                              {"setAntiAlias", guarded<set_antialias>},
                              {"setStyle", guarded<set_style>},
                              {"setStrokeWidth", guarded<set_width>},
                              {"getStrokeWidth", guarded<get_width>},
                              {"setStrokeCap", guarded<set_cap>},
                              {"setStrokeJoin", guarded<set_join>},
                              {"setStrokeMiter", guarded<set_miter>},
                              {"setBlendMode", guarded<set_blend>},
                              {"setPathEffect", guarded<set_path_effect>},
                              {"setShader", guarded<set_shader>},
                              {"setMaskFilter", guarded<set_mask_filter>},
                              {"setImageFilter", guarded<set_image_filter>},
                              {"reset", guarded<reset>}};

constexpr Constant constants[] = {{"kFill_Style", 0},
                                  {"kStroke_Style", 1},
                                  {"kStrokeAndFill_Style", 2},
                                  {"kButt_Cap", CAIRO_LINE_CAP_BUTT},
                                  {"kRound_Cap", CAIRO_LINE_CAP_ROUND},
                                  {"kSquare_Cap", CAIRO_LINE_CAP_SQUARE},
                                  {"kMiter_Join", CAIRO_LINE_JOIN_MITER},
                                  {"kRound_Join", CAIRO_LINE_JOIN_ROUND},
                                  {"kBevel_Join", CAIRO_LINE_JOIN_BEVEL}};

// Paint(), Paint(another), or Paint{Color = ..., StrokeWidth = ...}: each name as its setter without "set".
int construct(lua_State* lua) {
  if (const Paint* other = object_at<Paint>(lua, 2)) return push(lua, *other);
  if (lua_isnoneornil(lua, 2)) return push(lua, Paint{});
  luaL_checktype(lua, 2, LUA_TTABLE);
  push(lua, Paint{});
  const int paint = lua_gettop(lua);
  for (lua_pushnil(lua); lua_next(lua, 2) != 0; lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING) return luaL_error(lua, "skia.Paint takes names, as Color = ...");
    const std::string setter = std::string("set") + lua_tostring(lua, -2);
    lua_getfield(lua, paint, setter.c_str());
    lua_pushvalue(lua, paint);
    lua_pushvalue(lua, -3);
    lua_call(lua, 2, 0);
  }
  lua_settop(lua, paint);
  return 1;
}

}  // namespace

void add_paints(lua_State* lua) {
  begin_class<Paint>(lua, guarded<construct>, methods);
  set_constants(lua, constants);
  lua_pop(lua, 1);
}

}  // namespace sl::drawing

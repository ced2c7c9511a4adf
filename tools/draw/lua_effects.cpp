// Making shaders, filters and dashes.

#include "lua_effects.h"

#include <algorithm>

#include "lua_args.h"
#include "lua_skia.h"

namespace sl::drawing {

namespace {

constexpr double widest_blur = 300;

// Colors and their places, as Skia takes them: a table of colors, a table of places or nothing, a tile mode.
void take_colors(lua_State* lua, Args& args, Gradient& gradient) {
  gradient.colors = args.colors();
  if (gradient.colors.size() < 2) luaL_error(lua, "a gradient needs two colors at least");
  if (args.has()) {
    gradient.places = args.numbers();
  } else {
    args.skip();
  }
  if (gradient.places.empty()) {
    for (std::size_t i = 0; i < gradient.colors.size(); ++i)
      gradient.places.push_back(static_cast<double>(i) / static_cast<double>(gradient.colors.size() - 1));
  }
  if (gradient.places.size() != gradient.colors.size()) luaL_error(lua, "a gradient needs a place for each color");
  gradient.beyond = static_cast<cairo_extend_t>(std::clamp(args.number_or(3), 0.0, 3.0));  // a skia.TileMode
}

int linear(lua_State* lua) {
  Args args(lua, 1);
  Gradient gradient;
  const std::vector<Point> points = args.points();
  if (points.size() != 2) luaL_error(lua, "a linear gradient has two points");
  gradient.from = points[0];
  gradient.to = points[1];
  take_colors(lua, args, gradient);
  return push(lua, std::move(gradient));
}

int radial(lua_State* lua) {
  Args args(lua, 1);
  Gradient gradient;
  gradient.kind = GradientKind::Radial;
  gradient.from = gradient.to = args.point();
  gradient.to_radius = std::max(args.number(), 0.0);
  take_colors(lua, args, gradient);
  return push(lua, std::move(gradient));
}

int two_points(lua_State* lua) {
  Args args(lua, 1);
  Gradient gradient;
  gradient.kind = GradientKind::Radial;
  gradient.from = args.point();
  gradient.from_radius = std::max(args.number(), 0.0);
  gradient.to = args.point();
  gradient.to_radius = std::max(args.number(), 0.0);
  take_colors(lua, args, gradient);
  return push(lua, std::move(gradient));
}

// MakeSweep(x, y, colors [, places [, mode [, start angle [, end angle]]]])
int sweep(lua_State* lua) {
  Args args(lua, 1);
  Gradient gradient;
  gradient.kind = GradientKind::Sweep;
  gradient.from = args.point();
  take_colors(lua, args, gradient);
  gradient.from_angle = args.number_or(0);
  gradient.to_angle = args.number_or(360);
  if (!(gradient.from_angle < gradient.to_angle)) luaL_error(lua, "a sweep ends at a larger angle than it starts at");
  return push(lua, std::move(gradient));
}

int dash(lua_State* lua) {
  Args args(lua, 1);
  Dashes dashes{args.numbers(), args.number_or(0)};
  double sum = 0;
  for (const double length : dashes.lengths) {
    if (length < 0) luaL_argerror(lua, 1, "has a length below 0");
    sum += length;
  }
  // Cairo takes as long as there are dashes.
  if (dashes.lengths.empty() || sum < 0.01) luaL_argerror(lua, 1, "has no length");
  return push(lua, std::move(dashes));
}

double sigma_of(lua_State* lua, Args& args) {
  const double sigma = args.number();
  if (sigma < 0 || sigma > widest_blur) luaL_error(lua, "the sigma of a blur is from 0 to 300");
  return sigma;
}

int mask_blur(lua_State* lua) {
  Args args(lua, 1);
  if (args.number() != 0) return luaL_error(lua, "only kNormal_BlurStyle is there");
  return push(lua, MaskBlur{sigma_of(lua, args)});
}

int image_blur(lua_State* lua) {
  Args args(lua, 1);
  const double across = sigma_of(lua, args), down = args.has() ? sigma_of(lua, args) : across;
  return push(lua, ImageFilter{(across + down) / 2, std::nullopt});
}

template <bool alone>
int drop_shadow(lua_State* lua) {
  Args args(lua, 1);
  Shadow shadow;
  shadow.dx = args.number();
  shadow.dy = args.number();
  const double across = sigma_of(lua, args), down = sigma_of(lua, args);
  shadow.sigma = (across + down) / 2;
  shadow.color = args.color();
  shadow.alone = alone;
  return push(lua, ImageFilter{0, shadow});
}

void add_functions(lua_State* lua, const char* table, std::span<const Method> functions) {
  lua_newtable(lua);
  for (const auto& [name, function] : functions) {
    lua_pushcfunction(lua, function);
    lua_setfield(lua, -2, name);
  }
  refuse_unknown(lua, (std::string("skia.") + table).c_str());
  lua_setfield(lua, -2, table);
}

}  // namespace

void add_effects(lua_State* lua) {
  begin_class(lua, ClassName<Gradient>::name, nullptr, nullptr, 0, collect<Gradient>);
  lua_pop(lua, 1);
  begin_class(lua, ClassName<Dashes>::name, nullptr, nullptr, 0, collect<Dashes>);
  lua_pop(lua, 1);
  begin_class(lua, ClassName<ImageFilter>::name, nullptr, nullptr, 0, collect<ImageFilter>);
  lua_pop(lua, 1);
  constexpr Method blur[] = {{"MakeBlur", guarded<mask_blur>}};
  begin_class<MaskBlur>(lua, nullptr, blur);
  lua_pop(lua, 1);
  constexpr Method gradients[] = {{"MakeLinear", guarded<linear>},
                                  {"MakeRadial", guarded<radial>},
                                  {"MakeTwoPointConical", guarded<two_points>},
                                  {"MakeSweep", guarded<sweep>}};
  add_functions(lua, "GradientShader", gradients);
  constexpr Method dashes[] = {{"Make", guarded<dash>}};
  add_functions(lua, "DashPathEffect", dashes);
  constexpr Method filters[] = {{"Blur", guarded<image_blur>},
                                {"DropShadow", guarded<drop_shadow<false>>},
                                {"DropShadowOnly", guarded<drop_shadow<true>>}};
  add_functions(lua, "ImageFilters", filters);
}

}  // namespace sl::drawing

// The state of a canvas: transform and clip.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lua_args.h"
#include "lua_canvas.h"
#include "script_state.h"

namespace sl::drawing {

Canvas& canvas_of(lua_State* lua) {
  (void)checked<CanvasHandle>(lua, 1);
  Canvas* const canvas = running(lua).canvas;
  if (canvas == nullptr) luaL_error(lua, "a canvas can be drawn on while draw(canvas, ctx) runs");
  return *canvas;
}

namespace {

int save(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(canvas_of(lua).saved()) + 1);
  canvas_of(lua).save();
  return 1;
}
int begin_layer(lua_State* lua, const Paint& paint) {
  if (paint.blur > 0 || paint.shadow) luaL_error(lua, "a layer has an opacity and a blend mode, no filter");
  lua_pushinteger(lua, static_cast<lua_Integer>(canvas_of(lua).saved()) + 1);
  canvas_of(lua).save_layer(paint);
  return 1;
}
// saveLayer([bounds] [, paint]): the bounds are a hint, as with Skia, and not needed.
int save_layer(lua_State* lua) {
  Args args(lua);
  const Paint* paint = args.object_if<Paint>();
  if (paint == nullptr && args.has()) {
    (void)args.area();
  } else if (paint == nullptr) {
    args.skip();
  }
  if (paint == nullptr) paint = args.object_if<Paint>();
  return begin_layer(lua, paint == nullptr ? Paint{} : *paint);
}
// saveLayerAlpha(bounds or nil, alpha from 0 to 255)
int save_layer_alpha(lua_State* lua) {
  Args args(lua);
  if (args.has()) {
    (void)args.area();
  } else {
    args.skip();
  }
  Paint paint;
  paint.color.alpha = static_cast<float>(std::clamp(args.number() / 255, 0.0, 1.0));
  return begin_layer(lua, paint);
}
int restore(lua_State* lua) {
  canvas_of(lua).restore();
  return 0;
}
int restore_to_count(lua_State* lua) {
  canvas_of(lua).restore_to(static_cast<std::size_t>(std::max(Args(lua).number() - 1, 0.0)));
  return 0;
}
int save_count(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(canvas_of(lua).saved()) + 1);
  return 1;
}
int translate(lua_State* lua) {
  const Point by = Args(lua).point();
  canvas_of(lua).concat({1, 0, 0, 1, by.x, by.y});
  return 0;
}
int scale(lua_State* lua) {
  Args args(lua);
  const double x = args.number();
  canvas_of(lua).concat({x, 0, 0, args.number_or(x), 0, 0});
  return 0;
}
int skew(lua_State* lua) {
  const Point by = Args(lua).point();
  canvas_of(lua).concat({1, by.y, by.x, 1, 0, 0});
  return 0;
}
int rotate(lua_State* lua) {
  Args args(lua);
  const double angle = args.number() * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const Point about = args.has() ? args.point() : Point{};
  canvas_of(lua).concat({1, 0, 0, 1, about.x, about.y});
  canvas_of(lua).concat({c, s, -s, c, 0, 0});
  canvas_of(lua).concat({1, 0, 0, 1, -about.x, -about.y});
  return 0;
}
int concat(lua_State* lua) {
  canvas_of(lua).concat(checked<Transform>(lua, 2));
  return 0;
}
int set_matrix(lua_State* lua) {
  canvas_of(lua).set_transform(lua_isnoneornil(lua, 2) ? Transform{} : checked<Transform>(lua, 2));
  return 0;
}

// The operator and antialiasing that follow a shape.
int clip_to(lua_State* lua, const Path& path, Args& args) {
  if (args.is_number() && args.number() != 1) return luaL_error(lua, "only skia.ClipOp.kIntersect is there");
  canvas_of(lua).clip(path, args.flag_or(true));
  return 0;
}
int clip_rect(lua_State* lua) {
  Args args(lua);
  Path path;
  PathBuilder(path).rect(args.area());
  return clip_to(lua, path, args);
}
int clip_round_rect(lua_State* lua) {
  Args args(lua);
  const RoundRect rect = args.object<RoundRect>();
  Path path;
  PathBuilder(path).round_rect(rect.area, rect.radius_x, rect.radius_y);
  return clip_to(lua, path, args);
}
int clip_path(lua_State* lua) {
  Args args(lua);
  const Path path = args.object<Path>();
  return clip_to(lua, path, args);
}

constexpr Method methods[] = {{"save", guarded<save>},
                              {"saveLayer", guarded<save_layer>},
                              {"saveLayerAlpha", guarded<save_layer_alpha>},
                              {"restore", guarded<restore>},
                              {"restoreToCount", guarded<restore_to_count>},
                              {"getSaveCount", guarded<save_count>},
                              {"translate", guarded<translate>},
                              {"scale", guarded<scale>},
                              {"skew", guarded<skew>},
                              {"rotate", guarded<rotate>},
                              {"concat", guarded<concat>},
                              {"setMatrix", guarded<set_matrix>},
                              {"resetMatrix", guarded<set_matrix>},
                              {"clipRect", guarded<clip_rect>},
                              {"clipRRect", guarded<clip_round_rect>},
                              {"clipPath", guarded<clip_path>}};

}  // namespace

std::span<const Method> canvas_state_methods() { return methods; }

}  // namespace sl::drawing

// Drawing shapes, text and pictures.

#include <vector>

#include "lua_args.h"
#include "lua_canvas.h"
#include "lua_skia.h"
#include "script_state.h"

namespace sl::drawing {

namespace {

int draw_path_of(lua_State* lua, Path path, const Paint& paint) {
  canvas_of(lua).draw(std::move(path), paint);
  return 0;
}

int clear(lua_State* lua) {
  Args args(lua);
  canvas_of(lua).clear(args.has() ? args.color() : Rgba{0, 0, 0, 0});
  return 0;
}
int draw_color(lua_State* lua) {
  Args args(lua);
  Paint paint;
  paint.color = args.color();
  if (args.has()) paint.blend = args.blend_mode();
  canvas_of(lua).draw(Everything{}, paint);
  return 0;
}
int draw_paint(lua_State* lua) {
  canvas_of(lua).draw(Everything{}, checked<Paint>(lua, 2));
  return 0;
}
int draw_circle(lua_State* lua) {
  Args args(lua);
  const Point center = args.point();
  const double radius = args.number();
  Path path;
  if (radius > 0) PathBuilder(path).oval({center.x - radius, center.y - radius, center.x + radius, center.y + radius});
  return draw_path_of(lua, std::move(path), args.object<Paint>());
}
int draw_rect(lua_State* lua) {
  Args args(lua);
  Path path;
  PathBuilder(path).rect(args.area());
  return draw_path_of(lua, std::move(path), args.object<Paint>());
}
// drawRoundRect(rect, rx, ry, paint), drawRRect(rrect, paint).
int draw_round_rect(lua_State* lua) {
  Args args(lua);
  Path path;
  if (const RoundRect* rect = args.object_if<RoundRect>()) {
    PathBuilder(path).round_rect(rect->area, rect->radius_x, rect->radius_y);
  } else {
    const Area area = args.area();
    const double x = args.number();
    PathBuilder(path).round_rect(area, x, args.number());
  }
  return draw_path_of(lua, std::move(path), args.object<Paint>());
}
int draw_oval(lua_State* lua) {
  Args args(lua);
  Path path;
  PathBuilder(path).oval(args.area());
  return draw_path_of(lua, std::move(path), args.object<Paint>());
}
int draw_line(lua_State* lua) {
  Args args(lua);
  Path path;
  PathBuilder(path).move(args.point());
  PathBuilder(path).line(args.point());
  Paint paint = args.object<Paint>();
  paint.style = Style::Stroke;  // lines have no inside
  return draw_path_of(lua, std::move(path), paint);
}
int draw_arc(lua_State* lua) {
  Args args(lua);
  const Area oval = args.area();
  const double start = args.number(), sweep = args.number();
  const bool uses_center = args.flag_or(false);
  Path path;
  PathBuilder builder(path);
  if (uses_center) builder.move({(oval.left + oval.right) / 2, (oval.top + oval.bottom) / 2});
  builder.arc(oval, start, sweep, uses_center);
  if (uses_center) builder.close();
  return draw_path_of(lua, std::move(path), args.object<Paint>());
}
int draw_path(lua_State* lua) {
  Args args(lua);
  const Path path = args.object<Path>();
  return draw_path_of(lua, path, args.object<Paint>());
}
// Points are round or square dots, as the cap of the paint.
int draw_dots(lua_State* lua, const std::vector<Point>& points, Paint paint) {
  Path path;
  for (const Point& point : points) {
    PathBuilder(path).move(point);
    PathBuilder(path).line(point);
  }
  paint.style = Style::Stroke;
  if (paint.cap == CAIRO_LINE_CAP_BUTT) paint.cap = CAIRO_LINE_CAP_SQUARE;
  return draw_path_of(lua, std::move(path), paint);
}
int draw_point(lua_State* lua) {
  Args args(lua);
  const Point point = args.point();
  return draw_dots(lua, {point}, args.object<Paint>());
}
int draw_points(lua_State* lua) {
  Args args(lua);
  const double mode = args.number();
  const std::vector<Point> points = args.points();
  Paint paint = args.object<Paint>();
  if (mode == 0) return draw_dots(lua, points, paint);
  paint.style = Style::Stroke;
  Path path;
  for (std::size_t i = 0; i < points.size(); ++i) {
    i == 0 || (mode == 1 && i % 2 == 0) ? PathBuilder(path).move(points[i]) : PathBuilder(path).line(points[i]);
  }
  return draw_path_of(lua, std::move(path), paint);
}

// ---- Text and pictures ----

int draw_string(lua_State* lua) {
  Args args(lua);
  Text text;
  text.text = args.text();
  text.at = args.point();
  text.font = args.object<Font>();
  const Paint& paint = args.object<Paint>();
  if (!text.text.empty()) canvas_of(lua).draw(std::move(text), paint);
  return 0;
}
// drawTextBox(text, rect, font, paint [, "left" | "center" | "right"])
int draw_text_box(lua_State* lua) {
  Args args(lua);
  Text text;
  text.text = args.text();
  const Area area = args.area();
  text.at = {area.left, area.top};
  text.width = std::max(area.right - area.left, 0.0);
  text.font = args.object<Font>();
  const Paint& paint = args.object<Paint>();
  const std::string align = args.has() ? args.text() : "left";
  text.align = align == "center" ? Align::Center : align == "right" ? Align::Right : Align::Left;
  if (text.align == Align::Left && align != "left") luaL_error(lua, "text is aligned left, center or right");
  if (!text.text.empty()) canvas_of(lua).draw(std::move(text), paint);
  return 0;
}

std::size_t image_at(lua_State* lua, Args& args) {
  const std::string name = args.text();
  const auto& names = running(lua).images->names();
  const auto found = names.find(name);
  if (found == names.end())
    luaL_error(lua, "no picture is named %s: --image %s=FILE", printable(name, 60).c_str(), "NAME");
  return found->second;
}
int draw_picture(lua_State* lua, Picture picture, Args& args) {
  const Paint* paint = args.object_if<Paint>();
  canvas_of(lua).draw(picture, paint == nullptr ? Paint{} : *paint);
  return 0;
}
Area area_of(lua_State* lua, std::size_t image) {
  const Size size = running(lua).images->size_of(image);
  return {0, 0, double(size.width), double(size.height)};
}
int draw_image(lua_State* lua) {
  Args args(lua);
  Picture picture;
  picture.image = image_at(lua, args);
  const Point at = args.point();
  picture.from = area_of(lua, picture.image);
  picture.to = {at.x, at.y, at.x + picture.from.right, at.y + picture.from.bottom};
  return draw_picture(lua, picture, args);
}
// drawImageRect(image, to [, paint]), or (image, from, to [, paint])
int draw_image_rect(lua_State* lua) {
  Args args(lua);
  Picture picture;
  picture.image = image_at(lua, args);
  picture.from = area_of(lua, picture.image);
  picture.to = args.area();
  if (args.has() && object_at<Paint>(lua, 4) == nullptr) {
    picture.from = intersection(picture.to, picture.from);
    picture.to = args.area();
  }
  return draw_picture(lua, picture, args);
}
int image_size(lua_State* lua) {
  Args args(lua);
  (void)canvas_of(lua);
  const Area area = area_of(lua, image_at(lua, args));
  lua_pushnumber(lua, area.right);
  lua_pushnumber(lua, area.bottom);
  return 2;
}

constexpr Method methods[] = {{"clear", guarded<clear>},
                              {"drawColor", guarded<draw_color>},
                              {"drawPaint", guarded<draw_paint>},
                              {"drawCircle", guarded<draw_circle>},
                              {"drawRect", guarded<draw_rect>},
                              {"drawRoundRect", guarded<draw_round_rect>},
                              {"drawRRect", guarded<draw_round_rect>},
                              {"drawOval", guarded<draw_oval>},
                              {"drawLine", guarded<draw_line>},
                              {"drawArc", guarded<draw_arc>},
                              {"drawPath", guarded<draw_path>},
                              {"drawPoint", guarded<draw_point>},
                              {"drawPoints", guarded<draw_points>},
                              {"drawString", guarded<draw_string>},
                              {"drawTextBox", guarded<draw_text_box>},
                              {"drawImage", guarded<draw_image>},
                              {"drawImageRect", guarded<draw_image_rect>},
                              {"imageSize", guarded<image_size>}};
constexpr Constant point_modes[] = {{"kPoints_PointMode", 0}, {"kLines_PointMode", 1}, {"kPolygon_PointMode", 2}};

}  // namespace

void add_canvas(lua_State* lua) {
  std::vector<Method> all(std::begin(methods), std::end(methods));
  for (const Method& method : canvas_state_methods()) all.push_back(method);
  begin_class(lua, ClassName<CanvasHandle>::name, nullptr, all.data(), all.size(), collect<CanvasHandle>);
  set_constants(lua, point_modes);
  lua_pop(lua, 1);
  push(lua, CanvasHandle{});
  lua_setfield(lua, LUA_REGISTRYINDEX, "canvas");
}

}  // namespace sl::drawing

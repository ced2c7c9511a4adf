// Recording commands, each with the pixels that it may change.

#include "canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libcore/base/error.h"
#include "paths.h"

namespace sl::drawing {

namespace {

constexpr std::size_t most_commands = 100'000, most_states = 10'000;
constexpr int most_clips = 200, most_layers = 20;
constexpr double most_dashes = 1e5;
// Cairo computes in parts of pixels as whole numbers of 32 bits: this far from the frame nothing may lie.
constexpr double farthest = 1e6;

bool is_far(const Area& area) {
  return !(area.left > -farthest && area.top > -farthest && area.right < farthest && area.bottom < farthest);
}

// The path in pixels, with points that are too far away brought nearer.
Path brought_near(const Path& path, const Transform& transform) {
  Path out = sl::drawing::transformed(path, transform);
  for (Path::Element& element : out.elements) {
    for (Point& p : element.points) {
      const auto near = [](double v) { return std::isnan(v) ? 0 : std::clamp(v, -farthest, farthest); };
      p = {near(p.x), near(p.y)};
    }
  }
  return out;
}

void check_dashes(const Path& path, const Paint& paint) {
  double sum = 0, length = 0;
  for (const double dash : paint.dashes) sum += dash;
  Point last;
  for (const Path::Element& element : path.elements) {
    const int points = element.verb == Verb::Cubic ? 3 : element.verb == Verb::Close ? 0 : 1;
    for (int i = 0; i < points; ++i) {
      const Point& p = element.points[static_cast<std::size_t>(i)];
      if (element.verb != Verb::Move) length += std::hypot(p.x - last.x, p.y - last.y);
      last = p;
    }
  }
  if (length > most_dashes * sum) throw Error(Status::Limit, "a line of more than 100,000 dashes");
}

// Operators that change pixels outside of the shape too.
bool is_unbounded(cairo_operator_t blend) {
  return blend == CAIRO_OPERATOR_IN || blend == CAIRO_OPERATOR_OUT || blend == CAIRO_OPERATOR_DEST_IN ||
         blend == CAIRO_OPERATOR_DEST_ATOP;
}

}  // namespace

void Canvas::begin() {
  state_ = {};
  states_.clear();
  commands_.clear();
  recorded_ = 0;
}

void Canvas::save() {
  if (states_.size() >= most_states) throw Error(Status::Limit, "more than 10,000 calls of save without restore");
  states_.push_back({state_, std::nullopt});
}

void Canvas::save_layer(const Paint& paint) {
  const auto layers = std::ranges::count_if(states_, [](const Saved& saved) { return saved.below.has_value(); });
  if (layers >= most_layers) throw Error(Status::Limit, "more than 20 layers inside each other");
  save();
  states_.back().below.emplace(Below{std::exchange(commands_, {}), paint});
  state_.clip.reset();  // the layer is clipped as a whole
}

void Canvas::restore() {
  if (states_.empty()) return;
  Saved saved = std::move(states_.back());
  states_.pop_back();
  state_ = std::move(saved.state);
  if (!saved.below) return;
  Group group{std::make_shared<const std::vector<Command>>(std::exchange(commands_, std::move(saved.below->commands)))};
  Area bounds = clip_bounds();
  const cairo_operator_t blend = saved.below->paint.blend;
  if (!is_unbounded(blend) && blend != CAIRO_OPERATOR_SOURCE && blend != CAIRO_OPERATOR_CLEAR) {
    Area drawn;
    for (const Command& command : *group.commands) {
      const Area& area = command.bounds;
      drawn = drawn.empty() ? area
                            : Area{std::min(drawn.left, area.left), std::min(drawn.top, area.top),
                                   std::max(drawn.right, area.right), std::max(drawn.bottom, area.bottom)};
    }
    bounds = intersection(bounds, drawn);
  }
  add({std::move(group), saved.below->paint, {}, state_.clip, bounds});
}

void Canvas::restore_to(std::size_t count) {
  while (states_.size() > count) restore();
}

void Canvas::concat(const Transform& transform) { state_.transform = then(transform, state_.transform); }

Area Canvas::clip_bounds() const {
  return state_.clip ? state_.clip->bounds : Area{0, 0, double(size_.width), double(size_.height)};
}

void Canvas::clip(const Path& path, bool antialias) {
  if (clip_depth() >= most_clips) throw Error(Status::Limit, "more than 200 clips inside each other");
  const Area area = sl::drawing::transformed(bounds_of(path), state_.transform);
  const bool far = is_far(area);
  state_.clip = std::make_shared<const Clip>(Clip{state_.clip, far ? brought_near(path, state_.transform) : path,
                                                  far ? Transform{} : state_.transform, antialias,
                                                  intersection(clip_bounds(), grown(area, 1))});
}

int Canvas::clip_depth() const {
  int depth = 0;
  for (const Clip* clip = state_.clip.get(); clip != nullptr; clip = clip->outer.get()) ++depth;
  return depth;
}

// In the units of the canvas.
Area Canvas::bounds_of_shape(const Shape& shape, const Paint& paint) const {
  Area area;
  if (const auto* path = std::get_if<Path>(&shape)) {
    area = bounds_of(*path);
  } else if (const auto* text = std::get_if<Text>(&shape)) {
    const Area ink = texts_.size_of(*text).ink;
    area = {text->at.x + ink.left, text->at.y + ink.top, text->at.x + ink.right, text->at.y + ink.bottom};
    area = grown(area, 2);
  } else if (const auto* picture = std::get_if<Picture>(&shape)) {
    area = picture->to;
  }
  if (paint.style != Style::Fill) {
    const double reach = paint.join == CAIRO_LINE_JOIN_MITER ? std::max(paint.miter, 1.5) : 1.5;
    area = grown(area, std::max(paint.width, 0.0) / 2 * reach);
  }
  const Area itself = grown(area, 3 * paint.blur);
  if (!paint.shadow) return itself;
  const Shadow& shadow = *paint.shadow;
  const Area cast = grown(area, 3 * shadow.sigma);
  return {std::min(itself.left, cast.left + shadow.dx), std::min(itself.top, cast.top + shadow.dy),
          std::max(itself.right, cast.right + shadow.dx), std::max(itself.bottom, cast.bottom + shadow.dy)};
}

void Canvas::draw(Shape shape, const Paint& paint) {
  Area bounds = clip_bounds();
  Transform transform = state_.transform;
  if (!std::holds_alternative<Everything>(shape)) {
    const Area inside = grown(sl::drawing::transformed(bounds_of_shape(shape, paint), transform), 2);
    if (!is_unbounded(paint.blend)) bounds = intersection(bounds, inside);
    if (auto* path = std::get_if<Path>(&shape)) {
      if (!paint.dashes.empty() && paint.style != Style::Fill) check_dashes(*path, paint);
      if (is_far(sl::drawing::transformed(bounds_of(*path), transform))) {
        *path = brought_near(*path, std::exchange(transform, {}));
      }
    } else if (is_far(inside)) {
      return;
    }
  }
  add({std::move(shape), paint, transform, state_.clip, bounds});
}

void Canvas::add(Command command) {
  if (++recorded_ > most_commands) throw Error(Status::Limit, "more than 100,000 drawing calls in a frame");
  if (command.bounds.empty()) return;  // NaN is empty too
  commands_.push_back(std::move(command));
}

void Canvas::clear(const Rgba& color) {
  Paint paint;
  paint.color = color;
  paint.blend = CAIRO_OPERATOR_SOURCE;
  draw(Everything{}, paint);
}

}  // namespace sl::drawing

// Each command brings its own transform and clip, so a list can be drawn in parts.

#include "brush.h"

#include <algorithm>
#include <cmath>

#include "blur_alpha.h"
#include "libcore/base/limits.h"
#include "paths.h"
#include "sweep.h"

namespace sl::drawing {

namespace {

bool is_invertible(const Transform& t) {
  const double area = t.xx * t.yy - t.xy * t.yx;
  return std::isfinite(area) && std::abs(area) > 1e-12;
}

void set_transform(cairo_t* context, const Transform& transform) {
  const cairo_matrix_t matrix = transform.cairo();
  cairo_transform(context, &matrix);
}

// The outermost clip first. Return false if nothing is left.
bool clip_to(cairo_t* context, const Clip* clip) {
  if (clip == nullptr) return true;
  if (!clip_to(context, clip->outer.get()) || !is_invertible(clip->transform)) return false;
  cairo_matrix_t before;
  cairo_get_matrix(context, &before);
  set_transform(context, clip->transform);
  cairo_new_path(context);
  add_to(context, clip->path);
  cairo_set_antialias(context, clip->antialias ? CAIRO_ANTIALIAS_DEFAULT : CAIRO_ANTIALIAS_NONE);
  cairo_clip(context);
  cairo_set_matrix(context, &before);
  return true;
}

}  // namespace

void Brush::set_source(cairo_t* context, const Paint& paint) const {
  if (!paint.gradient) {
    const Rgba& c = paint.color;
    return cairo_set_source_rgba(context, c.red, c.green, c.blue, c.alpha);
  }
  const Gradient& g = *paint.gradient;
  if (g.kind == GradientKind::Sweep) return set_sweep(context, g, paint.color.alpha);
  const Pattern pattern(
      g.kind == GradientKind::Radial
          ? cairo_pattern_create_radial(g.from.x, g.from.y, g.from_radius, g.to.x, g.to.y, g.to_radius)
          : cairo_pattern_create_linear(g.from.x, g.from.y, g.to.x, g.to.y));
  for (std::size_t i = 0; i < g.colors.size(); ++i) {
    const Rgba& c = g.colors[i];
    cairo_pattern_add_color_stop_rgba(pattern.get(), g.places[i], c.red, c.green, c.blue, c.alpha * paint.color.alpha);
  }
  cairo_pattern_set_extend(pattern.get(), g.beyond);
  cairo_set_source(context, pattern.get());
}

void Brush::stroke(cairo_t* context, const Paint& paint) const {
  double width = paint.width;
  if (width <= 0) {  // one pixel
    double along = 1, across = 0;
    cairo_device_to_user_distance(context, &along, &across);
    width = std::hypot(along, across);
  }
  // A pen wider than any picture is as good; round ones of such a size are drawn by fewer lines.
  double along = 1, across = 0;
  cairo_user_to_device_distance(context, &along, &across);
  const double pixels = std::max(std::hypot(along, across), 1e-9) * width;
  if (pixels > 1e5) width *= 1e5 / pixels;
  cairo_set_tolerance(context, std::max(cairo_get_tolerance(context), std::min(pixels, 1e5) / 2e4));
  cairo_set_line_width(context, width);
  cairo_set_line_cap(context, paint.cap);
  cairo_set_line_join(context, paint.join);
  cairo_set_miter_limit(context, std::max(paint.miter, 1.0));
  cairo_set_dash(context, paint.dashes.data(), static_cast<int>(paint.dashes.size()), paint.dash_phase);
  cairo_stroke(context);
}

void Brush::draw_shape(cairo_t* context, const Command& command, const Paint& paint) const {
  set_source(context, paint);
  cairo_set_antialias(context, paint.antialias ? CAIRO_ANTIALIAS_DEFAULT : CAIRO_ANTIALIAS_NONE);
  cairo_new_path(context);
  if (std::holds_alternative<Everything>(command.shape)) return cairo_paint(context);
  if (const auto* picture = std::get_if<Picture>(&command.shape)) {
    const Area &from = picture->from, &to = picture->to;
    if (from.empty() || to.empty()) return;
    cairo_rectangle(context, to.left, to.top, to.right - to.left, to.bottom - to.top);
    cairo_clip(context);
    cairo_translate(context, to.left, to.top);
    cairo_scale(context, (to.right - to.left) / (from.right - from.left),
                (to.bottom - to.top) / (from.bottom - from.top));
    cairo_set_source_surface(context, images_[picture->image].get(), -from.left, -from.top);
    cairo_pattern_set_filter(cairo_get_source(context), picture->smooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD);
    return cairo_paint_with_alpha(context, paint.color.alpha);
  }
  if (const auto* text = std::get_if<Text>(&command.shape)) {
    if (paint.style == Style::Fill) return texts_.show(context, *text, false);
    texts_.show(context, *text, true);
  } else {
    add_to(context, std::get<Path>(command.shape));
  }
  if (paint.style == Style::Fill) return cairo_fill(context);
  if (paint.style == Style::Both) cairo_fill_preserve(context);
  stroke(context, paint);
}

Brush::Mask Brush::blurred(const Command& command, double sigma, double dx, double dy) const {
  // The blur may carry drawing from outside into the part.
  const double reach = std::min(3 * sigma * command.transform.scale(), 900.0);
  const Area area = grown(command.bounds, reach + 2);
  Mask mask{nullptr, static_cast<int>(std::floor(area.left)), static_cast<int>(std::floor(area.top))};
  const int width = static_cast<int>(std::ceil(area.right)) - mask.left;
  const int height = static_cast<int>(std::ceil(area.bottom)) - mask.top;
  check_memory("frame", saturating_multiply(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height) * 9),
               "a blur");
  mask.alpha.reset(cairo_image_surface_create(CAIRO_FORMAT_A8, width, height));
  const Context context(cairo_create(mask.alpha.get()));
  cairo_translate(context.get(), -mask.left, -mask.top);
  set_transform(context.get(), command.transform);
  cairo_translate(context.get(), dx, dy);
  Paint paint = command.paint;
  paint.color = {0, 0, 0, 1};
  paint.gradient.reset();
  draw_shape(context.get(), command, paint);
  cairo_surface_flush(mask.alpha.get());
  blur_alpha(cairo_image_surface_get_data(mask.alpha.get()), static_cast<std::size_t>(width),
             static_cast<std::size_t>(height),
             static_cast<std::size_t>(cairo_image_surface_get_stride(mask.alpha.get())), reach / 3);
  cairo_surface_mark_dirty(mask.alpha.get());
  return mask;
}

// Antialiased edges of the clip apply once: to the whole group, after it was drawn.
void Brush::draw_group(const Command& command) {
  cairo_save(context_);
  const Area& bounds = command.bounds;
  const double left = std::floor(bounds.left), top = std::floor(bounds.top);
  cairo_rectangle(context_, left, top, std::ceil(bounds.right) - left, std::ceil(bounds.bottom) - top);
  cairo_clip(context_);
  cairo_push_group(context_);
  for (const Command& inner : *std::get<Group>(command.shape).commands) draw(inner);
  cairo_pop_group_to_source(context_);
  if (clip_to(context_, command.clip.get())) {
    cairo_set_operator(context_, command.paint.blend);
    cairo_paint_with_alpha(context_, command.paint.color.alpha);
  }
  cairo_restore(context_);
}

void Brush::draw(const Command& command) {
  if (std::holds_alternative<Group>(command.shape)) return draw_group(command);
  if (!is_invertible(command.transform)) return;
  const Paint& paint = command.paint;
  cairo_save(context_);
  if (clip_to(context_, command.clip.get())) {
    cairo_set_operator(context_, paint.blend);
    const auto through = [&](const Mask& mask) {
      cairo_matrix_t before;
      cairo_get_matrix(context_, &before);
      cairo_identity_matrix(context_);
      cairo_mask_surface(context_, mask.alpha.get(), mask.left, mask.top);
      cairo_set_matrix(context_, &before);
    };
    if (paint.shadow) {
      const Shadow& shadow = *paint.shadow;
      const Rgba& c = shadow.color;
      cairo_set_source_rgba(context_, c.red, c.green, c.blue, c.alpha * paint.color.alpha);
      through(blurred(command, shadow.sigma, shadow.dx, shadow.dy));
    }
    if (!paint.shadow || !paint.shadow->alone) {
      set_transform(context_, command.transform);
      if (paint.blur > 0) {
        set_source(context_, paint);
        through(blurred(command, paint.blur, 0, 0));
      } else {
        draw_shape(context_, command, paint);
      }
    }
  }
  cairo_restore(context_);
}

}  // namespace sl::drawing

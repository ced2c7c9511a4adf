// The angle of each pixel looks a color up in a table.

#include "sweep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "owned.h"

namespace sl::drawing {

namespace {

constexpr std::size_t steps = 4096;
using Table = std::array<std::uint32_t, steps + 1>;

std::uint32_t pixel_of(const Rgba& c, double opacity) {
  const double alpha = std::clamp(c.alpha * opacity, 0.0, 1.0);
  const auto byte = [](double v) { return static_cast<std::uint32_t>(std::lround(std::clamp(v, 0.0, 1.0) * 255)); };
  return byte(alpha) << 24 | byte(c.red * alpha) << 16 | byte(c.green * alpha) << 8 | byte(c.blue * alpha);
}

Rgba color_at(const Gradient& gradient, double place) {
  const auto next = std::ranges::upper_bound(gradient.places, place);
  if (next == gradient.places.begin()) return gradient.colors.front();
  if (next == gradient.places.end()) return gradient.colors.back();
  const auto i = static_cast<std::size_t>(next - gradient.places.begin());
  const double from = gradient.places[i - 1], share = (place - from) / (*next - from);
  const Rgba &a = gradient.colors[i - 1], &b = gradient.colors[i];
  const auto mix = [&](float x, float y) { return static_cast<float>(x + (y - x) * share); };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue), mix(a.alpha, b.alpha)};
}

// Return the place in the table for a place along the gradient, or `steps` + 1 for none.
std::size_t index_of(double place, cairo_extend_t beyond) {
  if (beyond == CAIRO_EXTEND_REPEAT) place -= std::floor(place);
  if (beyond == CAIRO_EXTEND_REFLECT) place = std::abs(place - 2 * std::round(place / 2));
  if (beyond == CAIRO_EXTEND_NONE && (place < 0 || place > 1)) return steps + 1;
  return static_cast<std::size_t>(std::clamp(place, 0.0, 1.0) * steps + 0.5);
}

}  // namespace

void set_sweep(cairo_t* context, const Gradient& gradient, double opacity) {
  Table table;
  for (std::size_t i = 0; i <= steps; ++i) {
    table[i] = pixel_of(color_at(gradient, static_cast<double>(i) / steps), opacity);
  }
  cairo_matrix_t matrix, to_user;
  cairo_get_matrix(context, &matrix);
  to_user = matrix;
  if (cairo_matrix_invert(&to_user) != CAIRO_STATUS_SUCCESS) return;
  cairo_identity_matrix(context);
  Area area;
  cairo_clip_extents(context, &area.left, &area.top, &area.right, &area.bottom);
  const double left = std::floor(area.left), top = std::floor(area.top);
  const int width = std::max(static_cast<int>(std::ceil(area.right) - left), 1);
  const int height = std::max(static_cast<int>(std::ceil(area.bottom) - top), 1);
  check_memory("frame", std::uint64_t{4} * static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height),
               "a gradient");
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    throw Error(Status::Resources, cairo_status_to_string(cairo_surface_status(surface.get())));
  unsigned char* const data = cairo_image_surface_get_data(surface.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  const double length = std::max(gradient.to_angle - gradient.from_angle, 1e-9);
  for (int y = 0; y < height; ++y) {
    auto* const row = reinterpret_cast<std::uint32_t*>(data + static_cast<std::size_t>(y) * stride);
    for (int x = 0; x < width; ++x) {
      double user_x = left + x + 0.5, user_y = top + y + 0.5;
      cairo_matrix_transform_point(&to_user, &user_x, &user_y);
      double angle = std::atan2(user_y - gradient.from.y, user_x - gradient.from.x) * 180 / std::numbers::pi;
      if (angle < 0) angle += 360;
      const std::size_t index = index_of((angle - gradient.from_angle) / length, gradient.beyond);
      row[x] = index > steps ? 0 : table[index];
    }
  }
  cairo_surface_mark_dirty(surface.get());
  cairo_set_source_surface(context, surface.get(), left, top);
  cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST);
  cairo_set_matrix(context, &matrix);
}

}  // namespace sl::drawing

// Gaussians and boxes for the separable engine, and the way through light.

#include "libcore/pixels/blur.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/media/track.h"
#include "libcore/pixels/gaussian.h"
#include "libcore/pixels/light.h"
#include "libcore/pixels/separable.h"

namespace sl {

namespace {

// How much of each sample the box covers.
Axis box_axis(std::uint32_t samples, double half_width) {
  return {samples,
          samples,
          0,
          1,
          half_width + 0.5,
          [half_width](double x) {
            return std::clamp(half_width + 0.5 - std::abs(x), 0.0, 1.0); }};
}

std::unique_ptr<separable::Component> component(const Blurrer::Settings& settings, const PixelFormat& format,
                                                const AxisPlace& columns, const AxisPlace& rows) {
  const double part_x = 1 << columns.shift, part_y = 1 << rows.shift;
  const std::uint32_t width = columns.samples_in(), height = rows.samples_in();
  if (settings.shape == BlurShape::Gaussian) {
    return separable::make_gaussian(format, width, height, settings.x / part_x, settings.y / part_y);
  }
  // A box of 2 r + 1 pixels.
  const auto half_width = [](double radius, double part) { return (2 * radius + 1) / part / 2; };
  return separable::make_component(format, box_axis(width, half_width(settings.x, part_x)),
                                   box_axis(height, half_width(settings.y, part_y)));
}

}  // namespace

struct Blurrer::State {
  std::optional<Light> light;
  std::optional<Separable> engine;

  State(const Track& track, const Settings& settings) {
    if (settings.x == 0 && settings.y == 0) return;
    if (settings.y != 0 && (track.fields == Fields::Top || track.fields == Fields::Bottom)) {
      throw Error(Status::Data,
                  "interlaced frames cannot be blurred along their columns: their two fields are different "
                  "moments (sl-deinterlace makes one of them)");
    }
    if (Light::needed(track, settings.linear)) light.emplace(track, track, settings.linear);
    const auto make = [settings](const PixelFormat& format, const AxisPlace& columns, const AxisPlace& rows) {
      return component(settings, format, columns, rows);
    };
    engine.emplace(light ? light->from() : track, light ? light->to() : track, make, settings.threads);
  }

  [[nodiscard]] Emit finish(const Emit& emit) {
    return [this, &emit](const Strip& strip) { light->leave(strip, emit); };
  }
};

Blurrer::Blurrer(const Track& track, const Settings& settings) : state_(std::make_unique<State>(track, settings)) {}
Blurrer::~Blurrer() = default;

void Blurrer::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  if (!s.engine) return emit(strip);
  if (!s.light) return s.engine->push(strip, emit);
  s.light->enter(strip, [&](const Strip& light) { s.engine->push(light, s.finish(emit)); });
}

void Blurrer::flush(const Emit& emit) {
  State& s = *state_;
  if (!s.engine) return;
  if (s.light) return s.engine->flush(s.finish(emit));
  s.engine->flush(emit);
}

}  // namespace sl

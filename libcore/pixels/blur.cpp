// Gaussians and boxes for the separable engine, and the way through light.

#include "libcore/pixels/blur.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

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

std::unique_ptr<separable::Component> component(const Blurrer::Settings& settings, bool interlaced,
                                                const PixelFormat& format, const AxisPlace& columns,
                                                const AxisPlace& rows) {
  const double part_x = 1 << columns.shift, part_y = 1 << rows.shift;
  const std::uint32_t width = columns.samples_in(), height = rows.samples_in();
  const bool gaussian = settings.shape == BlurShape::Gaussian;
  if (gaussian && !interlaced) {
    return separable::make_gaussian(format, width, height, settings.x / part_x, settings.y / part_y);
  }
  const auto axis = [gaussian](std::uint32_t samples, double size, double part) {
    return gaussian ? separable::gaussian_axis(samples, size / part) : box_axis(samples, (2 * size + 1) / part / 2);
  };
  Axis down = axis(height, settings.y, part_y);
  if (interlaced) down.keep_fields_apart();
  return separable::make_component(format, axis(width, settings.x, part_x), down);
}

}  // namespace

struct Blurrer::State {
  Track track;
  Settings settings;  // along stored rows and columns
  bool interlaced;
  std::optional<Light> light;
  std::optional<Separable> engine;  // unless nothing changes

  State(const Track& from, const Settings& upright)
      : track(from), settings(upright), interlaced(track.fields == Fields::Top || track.fields == Fields::Bottom) {
    if (turn_of(track.orientation).swap) std::swap(settings.x, settings.y);
    if (settings.x == 0 && settings.y == 0) return;
    if (Light::needed(track, settings.linear)) light.emplace(track, track, settings.linear);
    make_engine();
  }

  void make_engine() {
    const auto make = [this](const PixelFormat& format, const AxisPlace& columns, const AxisPlace& rows) {
      return component(settings, interlaced, format, columns, rows);
    };
    engine.emplace(light ? light->from() : track, light ? light->to() : track, make, settings.threads);
  }

  [[nodiscard]] Emit finish(const Emit& emit) {
    return [this, &emit](const Strip& strip) { light->leave(strip, emit); };
  }
};

Blurrer::Blurrer(const Track& track, const Settings& settings) : state_(std::make_unique<State>(track, settings)) {}
Blurrer::~Blurrer() = default;

const Track& Blurrer::track() const { return state_->track; }

void Blurrer::set_interlaced(bool interlaced) {
  State& s = *state_;
  if (s.interlaced == interlaced) return;
  s.interlaced = interlaced;
  if (s.engine && s.settings.y != 0) s.make_engine();
}

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

// Kernels for the separable engine, and the way through light.

#include "libcore/pixels/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"
#include "libcore/pixels/light.h"
#include "libcore/pixels/separable.h"

namespace sl {

namespace {

// Mitchell and Netravali's family, for x from 0 on.
double cubic(double x, double b, double c) {
  if (x < 1) return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6;
  if (x >= 2) return 0;
  return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6;
}

double sinc(double x) { return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x); }

double lanczos(double x, double lobes) { return x >= lobes ? 0 : sinc(x) * sinc(x / lobes); }

}  // namespace

KernelShape shape_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::Linear:
      return {1, [](double x) { return std::max(0.0, 1 - x); }};
    case Kernel::Cubic:
      return {2, [](double x) { return cubic(x, 0, 0.5); }};
    case Kernel::Mitchell:
      return {2, [](double x) { return cubic(x, 1.0 / 3, 1.0 / 3); }};
    case Kernel::Lanczos2:
      return {2, [](double x) { return lanczos(x, 2); }};
    case Kernel::Lanczos3:
      return {3, [](double x) { return lanczos(x, 3); }};
    case Kernel::Nearest:
    case Kernel::Area:
      break;
  }
  return {0, [](double) { return 1.0; }};
}

Axis resampled_axis(const AxisPlace& place, Kernel kernel) {
  const double step = place.step();
  const auto axis = [&](double radius, Axis::Weight weight) {
    return Axis(place.samples_in(), place.samples_out(), place.first(), step, radius, std::move(weight));
  };
  if (kernel == Kernel::Area) {
    return axis(step / 2 + 0.5,
                [step](double x) { return std::max(0.0, std::min(x + 0.5, step / 2) - std::max(x - 0.5, -step / 2)); });
  }
  const KernelShape shape = shape_of(kernel);
  const double stretch = std::max(1.0, step);
  return axis(shape.radius * stretch, [shape, stretch](double x) { return shape.weight(std::abs(x) / stretch); });
}

struct Resampler::State {
  Move move;
  Track to;
  std::optional<Light> light;
  std::optional<Separable> engine;  // unless nothing changes

  State(const Track& from, const Size& size, const Settings& settings)
      : move(scale_to(from, size)), to(moved_track(from, move)) {
    const auto [kernel, linear, threads] = settings;
    if (from.width == to.width && from.height == to.height && kernel != Kernel::Mitchell) return;
    const bool interlaced = from.fields == Fields::Top || from.fields == Fields::Bottom;
    if (interlaced && from.height != to.height) {
      throw Error(Status::Data,
                  "interlaced frames cannot change their height: their two fields are different moments "
                  "(sl-deinterlace makes one of them)");
    }
    if (kernel != Kernel::Nearest && Light::needed(from, linear)) light.emplace(from, to, linear);
    // Rows of interlaced frames that keep their height stay single.
    const Kernel across = kernel, down = interlaced ? Kernel::Nearest : kernel;
    engine.emplace(
        light ? light->from() : from, light ? light->to() : to,
        [across, down](const PixelFormat& format, const AxisPlace& columns, const AxisPlace& rows) {
          return separable::make_component(format, resampled_axis(columns, across), resampled_axis(rows, down));
        },
        threads);
  }

  [[nodiscard]] Emit finish(const Emit& emit) {
    return [this, &emit](const Strip& strip) { light->leave(strip, emit); };
  }
};

Resampler::Resampler(const Track& from, const Size& size, const Settings& settings) {
  check_pixels("frame", size.width, size.height);
  state_ = std::make_unique<State>(from, size, settings);
}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

const Track& Resampler::track() const { return state_->to; }
const Move& Resampler::move() const { return state_->move; }

void Resampler::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  if (!s.engine) return emit(strip);
  if (!s.light) return s.engine->push(strip, emit);
  s.light->enter(strip, [&](const Strip& light) { s.engine->push(light, s.finish(emit)); });
}

void Resampler::flush(const Emit& emit) {
  State& s = *state_;
  if (!s.engine) return;
  if (s.light) return s.engine->flush(s.finish(emit));
  s.engine->flush(emit);
}

}  // namespace sl

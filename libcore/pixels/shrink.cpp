// Shrinking: the resulting track, and the way through light. shrink_box.h has the sums.

#include "libcore/pixels/shrink.h"

#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/size_text.h"
#include "libcore/media/density.h"
#include "libcore/pixels/light.h"
#include "libcore/pixels/shrink_box.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

// The factors along stored rows and columns.
ShrinkFactors stored(const Track& track, ShrinkFactors upright) {
  if (track.orientation >= 5 && track.orientation <= 8) std::swap(upright.x, upright.y);
  return upright;
}

std::uint32_t divided(std::uint32_t size, std::uint32_t factor) {
  return static_cast<std::uint32_t>((std::uint64_t{size} + factor - 1) / factor);
}

Rational aspect_times(Rational aspect, std::int64_t num, std::int64_t den) {
  if (num == den) return aspect;
  if (aspect.num == 0) aspect = {1, 1};
  const auto reduce = [](std::int64_t& a, std::int64_t& b) {
    const std::int64_t common = std::gcd(a, b);
    a /= common;
    b /= common;
  };
  Rational result{aspect.num * num, aspect.den * den};  // at most 2^31 * 4096
  reduce(result.num, result.den);
  while (result.num > wire_limit::number || result.den > wire_limit::number) {
    result = {std::max<std::int64_t>(result.num / 2, 1), std::max<std::int64_t>(result.den / 2, 1)};
  }
  return result;
}

}  // namespace

ShrinkFactors parse_shrink_factors(std::string_view text) {
  const std::string both(text);
  const auto factors = read_size(text.find('x') == std::string_view::npos ? both + "x" + both : both, max_shrink);
  if (!factors) {
    throw Error(Status::Usage, "\"" + printable(text, 40) + "\" is not a factor: N or NXxNY, whole numbers from 1 to " +
                                   std::to_string(max_shrink));
  }
  return {factors->width, factors->height};
}

Track shrunk_track(const Track& track, ShrinkFactors upright) {
  const ShrinkFactors factors = stored(track, upright);
  const bool interlaced = track.fields == Fields::Top || track.fields == Fields::Bottom;
  if (interlaced && factors.y != 1) {
    throw Error(Status::Data, "interlaced frames cannot be shrunk vertically: their two fields are different moments");
  }
  Track result = track;
  result.width = divided(track.width, factors.x);
  result.height = divided(track.height, factors.y);
  result.sample_aspect = aspect_times(track.sample_aspect, factors.x, factors.y);
  if (const auto density = density_of(track); density && factors.x != factors.y) {
    set_density(result, Density{density->x, density->y * factors.x / factors.y, density->unit});
  }
  const int matrix = working(track, WorkingSpace::Decided).color.matrix;
  if (working(result, WorkingSpace::Decided).color.matrix != matrix) result.color.matrix = matrix;
  return result;
}

struct Shrinker::State {
  Track to;
  std::optional<Light> light;  // unless the means are of the stored samples
  std::optional<shrink::Box> box;

  State(const Track& from, ShrinkFactors upright, bool linear) : to(shrunk_track(from, upright)) {
    const ShrinkFactors factors = stored(from, upright);
    if (Light::needed(from, linear)) light.emplace(from, to, linear);
    box.emplace(light ? light->from() : from, light ? light->to() : to, factors.x, factors.y);
  }

  [[nodiscard]] shrink::Box::Emit finish(const Emit& emit) {
    return [this, &emit](const Strip& strip) { light->leave(strip, emit); };
  }
};

Shrinker::Shrinker(const Track& from, ShrinkFactors upright, bool linear)
    : state_(std::make_unique<State>(from, upright, linear)) {}
Shrinker::~Shrinker() = default;

const Track& Shrinker::track() const { return state_->to; }

void Shrinker::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  if (!s.light) return s.box->push(strip, emit);
  s.light->enter(strip, [&](const Strip& floats) { s.box->push(floats, s.finish(emit)); });
}

void Shrinker::flush(const Emit& emit) {
  State& s = *state_;
  if (s.light) return s.box->flush(s.finish(emit));
  s.box->flush(emit);
}

}  // namespace sl

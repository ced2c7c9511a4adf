// Shrinking: the resulting track, and the way through light. shrink_box.h has the sums.

#include "libcore/pixels/shrink.h"

#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/size_text.h"
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

Move move_of(const Track& track, ShrinkFactors upright) {
  const Size whole = upright_size(track);
  Move move = scale_to(track, {divided(whole.width, upright.x), divided(whole.height, upright.y)});
  move.step_x = upright.x;
  move.step_y = upright.y;
  move.shape = {upright.x, upright.y};
  return move;
}

}  // namespace

void parse_value(std::string_view option, std::string_view text, ShrinkFactors& factors) {
  const std::string both(text);
  const auto read = read_size(text.find('x') == std::string_view::npos ? both + "x" + both : both, max_shrink);
  if (!read) {
    bad_value(option, text, "is no factor: N or NXxNY, whole numbers from 1 to " + std::to_string(max_shrink));
  }
  factors = {read->width, read->height};
}

Track shrunk_track(const Track& track, ShrinkFactors upright) {
  const bool interlaced = track.fields == Fields::Top || track.fields == Fields::Bottom;
  if (interlaced && stored(track, upright).y != 1) {
    throw Error(Status::Data, "interlaced frames cannot be shrunk vertically: their two fields are different moments");
  }
  return with_same_matrix(track, moved_track(track, move_of(track, upright)));
}

struct Shrinker::State {
  Move move;
  Track to;
  std::optional<Light> light;  // unless the means are of the stored samples
  std::optional<shrink::Box> box;

  State(const Track& from, ShrinkFactors upright, bool linear)
      : move(move_of(from, upright)), to(shrunk_track(from, upright)) {
    const ShrinkFactors factors = stored(from, upright);
    if (Light::needed(from, linear)) light.emplace(from, to, linear);
    box.emplace(light ? light->from() : from, light ? light->to() : to, factors.x, factors.y);
  }

  [[nodiscard]] Emit finish(const Emit& emit) {
    return [this, &emit](const Strip& strip) { light->leave(strip, emit); };
  }
};

Shrinker::Shrinker(const Track& from, ShrinkFactors upright, bool linear)
    : state_(std::make_unique<State>(from, upright, linear)) {}
Shrinker::Shrinker(Shrinker&&) noexcept = default;
Shrinker::~Shrinker() = default;

const Track& Shrinker::track() const { return state_->to; }
const Move& Shrinker::move() const { return state_->move; }

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

// Converting and turning, one after another.

#include "libcore/pixels/upright_converter.h"

#include <optional>

#include "libcore/media/track.h"
#include "libcore/pixels/orient.h"

namespace sl {

struct UprightConverter::State {
  std::array<float, 3> background{};
  Track upright;
  std::optional<Converter> before, after;
  std::optional<Upright> turner;
};

UprightConverter::UprightConverter(const Track& track, bool turns, std::array<float, 3> background)
    : state_(std::make_unique<State>()) {
  state_->background = background;
  state_->upright = track;
  if (!turns || track.orientation == 1) return;
  const UprightPlan plan = plan_upright(track);
  if (Converter::needed(track, plan.before)) state_->before.emplace(track, plan.before, background);
  state_->turner.emplace(plan);
  state_->upright = plan.after;
}

UprightConverter::~UprightConverter() = default;

const Track& UprightConverter::upright() const { return state_->upright; }

void UprightConverter::convert_to(const Track& target) {
  if (Converter::needed(upright(), target)) state_->after.emplace(upright(), target, state_->background);
}

bool UprightConverter::changes_nothing() const { return !state_->before && !state_->turner && !state_->after; }

void UprightConverter::push(const Strip& strip, const Converter::Emit& emit) {
  State& s = *state_;
  const auto finish = [&](const Strip& rows) { s.after ? s.after->push(rows, emit) : emit(rows); };
  const auto turn = [&](const Strip& rows) { s.turner ? s.turner->push(rows, finish) : finish(rows); };
  s.before ? s.before->push(strip, turn) : turn(strip);
}

}  // namespace sl

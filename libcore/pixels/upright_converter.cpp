// Converting and turning, one after another.

#include "libcore/pixels/upright_converter.h"

namespace sl {

UprightConverter::UprightConverter(const Track& track, bool turns, std::array<float, 3> background)
    : background_(background), upright_(track) {
  if (!turns || track.orientation == 1) return;
  const UprightPlan plan = plan_upright(track);
  if (Converter::needed(track, plan.before)) before_.emplace(track, plan.before, background);
  turner_.emplace(plan);
  upright_ = plan.after;
}

void UprightConverter::convert_to(const Track& target) {
  if (Converter::needed(upright_, target)) after_.emplace(upright_, target, background_);
}

void UprightConverter::push(const Strip& strip, const Converter::Emit& emit) {
  const auto finish = [&](const Strip& rows) { after_ ? after_->push(rows, emit) : emit(rows); };
  const auto turn = [&](const Strip& rows) { turner_ ? turner_->push(rows, finish) : finish(rows); };
  before_ ? before_->push(strip, turn) : turn(strip);
}

}  // namespace sl

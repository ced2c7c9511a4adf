// Chains of steps.

#include "libcore/pixels/step.h"

#include <utility>

#include "libcore/pixels/convert.h"

namespace sl {

void Chain::add(std::unique_ptr<Step> step) { steps_.push_back(std::move(step)); }

void Chain::convert_to(const Track& to, const std::array<float, 3>& background) {
  if (Converter::needed(track(), to)) {
    add(std::make_unique<Converter>(track(), to, background));
  } else if (steps_.empty()) {
    track_ = to;
  }
}

void Chain::push_from(std::size_t step, const Strip& strip, const Emit& emit) {
  if (step == steps_.size()) return emit(strip);
  steps_[step]->push(strip, [&](const Strip& made) { push_from(step + 1, made, emit); });
}

void Chain::flush(const Emit& emit) {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i]->flush([&](const Strip& made) { push_from(i + 1, made, emit); });
  }
}

}  // namespace sl

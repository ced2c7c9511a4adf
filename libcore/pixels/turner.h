// Turning frames: mirroring, and turning upright (EXIF orientation, all eight).

#pragma once

#include <cstddef>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/pixels/step.h"

namespace sl {

// `after` is the track with its stored rows turned: size swapped with the axes, sample aspect, chroma subsampling and
// siting too. `before` is the track to convert rows to before they are turned (equal if no conversion is needed):
// formats that interleave chroma become planar; if turned chroma would fall between the places that a format can name
// (an odd size mirrored, siting on the other side, no format with the axes swapped), it is the format of the same depth
// without subsampling.
struct TurnPlan {
  Track before, after;
  Turn turn;
};
[[nodiscard]] TurnPlan plan_turn(const Track& track, const Turn& turn);
// Return the plan that sets frames upright: `after` has orientation 1. Orientations out of 1 to 8 count as 1.
[[nodiscard]] TurnPlan plan_upright(const Track& track);

// Return the format without subsampling of chroma, of the same depth, and in planes if it has chroma.
[[nodiscard]] const PixelFormat& without_subsampling(const PixelFormat& format);

// Turns rows of `plan.before`. Mirrored columns leave strip by strip; any other turn needs memory for one frame,
// checked against --max-memory, which leaves whole, damaged if any of its strips is.
class Turner : public Step {
 public:
  explicit Turner(const TurnPlan& plan);
  [[nodiscard]] const Track& track() const override { return after_; }
  void push(const Strip& strip, const Emit& emit) override;

 private:
  Track before_, after_;
  Turn turn_;
  bool whole_, damaged_ = false;
  Image frame_;                   // if it is gathered whole
  std::vector<std::byte> strip_;  // else
};

// Return the steps that set frames upright. `background` is put under pixels that lose their alpha.
[[nodiscard]] Chain upright_steps(const Track& track, const std::array<float, 3>& background = {0, 0, 0});
// Add the steps of a turn: convert, turn.
void add_turn(Chain& chain, const TurnPlan& plan, const std::array<float, 3>& background = {0, 0, 0});

}  // namespace sl

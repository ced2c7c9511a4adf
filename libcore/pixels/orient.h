// Turning whole frames upright (EXIF orientation, all eight).

#pragma once

#include <functional>
#include <memory>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// `after` is the track with its frames turned upright: size swapped for orientations 5 to 8, sample aspect, chroma
// subsampling and siting too, orientation 1. `before` is the track to convert rows to before they are turned (equal
// if no conversion is needed): formats that interleave chroma become planar; if turned chroma would fall between the
// places that a format can name (an odd size mirrored, siting on the other side, no format with the axes swapped), it
// is the format of the same depth without subsampling. Orientations out of 1 to 8 count as 1.
struct UprightPlan {
  Track before, after;
};
[[nodiscard]] UprightPlan plan_upright(const Track& track);

// Gathers a frame of `plan.before` and turns each strip at once. Memory for one frame, checked against --max-memory.
class Upright {
 public:
  using Emit = std::function<void(const Strip&)>;
  explicit Upright(const UprightPlan& plan);
  ~Upright();
  // Takes the next strip of a frame (first row 0 begins one). Emits the whole frame as one strip of `plan.after` after
  // the strip marked last, damaged if any of its strips is. The view is valid in the call only.
  void push(const Strip& strip, const Emit& emit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// Turning whole frames upright (EXIF orientation, all eight).

#pragma once

#include <memory>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// `after` is the track with its frames turned upright: size swapped for orientations 5 to 8, sample aspect, chroma
// subsampling and siting too, orientation 1. `before` is what rows must be converted to before they are turned (equal
// to the track where nothing is needed): formats that interleave chroma become planar; and where turned chroma would
// fall between the places that a format can name (an odd size mirrored, siting on the other side, no format with the
// axes swapped), that of the same depth without subsampling. Orientations out of 1 to 8 count as 1.
struct UprightPlan {
  Track before, after;
};
[[nodiscard]] UprightPlan plan_upright(const Track& track);

// Gathers a frame of `plan.before`, turning each strip as it comes. Memory for one frame, checked against --max-memory.
class Upright {
 public:
  explicit Upright(const UprightPlan& plan);
  ~Upright();
  // Strips in order; first row 0 begins a frame.
  void push(const Strip& strip);
  // After the strip marked last: the whole frame as one strip of `plan.after`, valid until the next push. Damaged if
  // any of its strips was.
  [[nodiscard]] Strip frame() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

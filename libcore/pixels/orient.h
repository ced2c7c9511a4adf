// Turning whole frames upright (EXIF orientation, all eight).

#pragma once

#include <memory>

#include "libcore/media.h"

namespace sl {

// `track` with its frames turned upright: size swapped for orientations 5 to 8, sample aspect and chroma subsampling too,
// orientation 1. Where turning subsampled planes would move chroma (odd sizes, no format with the axes swapped), `pixels`
// is that of the same depth without subsampling, and rows must be converted to that before they are turned: `before` is
// the track to convert to first (equal to `track` where nothing is needed).
struct UprightPlan {
  Track before, after;
};
[[nodiscard]] UprightPlan plan_upright(const Track& track);

// Gathers a frame of `plan.before`'s format, then gives it turned. Memory for one frame, checked against --max-memory.
class Upright {
 public:
  explicit Upright(const UprightPlan& plan);
  ~Upright();
  void push(const Strip& strip);
  // After the strip marked last: the whole frame as one strip of `plan.after`, valid until the next push.
  [[nodiscard]] Strip frame() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// Frames blurred by a Gaussian or a box.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "libcore/media/strip.h"

namespace sl {

struct Track;

enum class BlurShape : std::uint8_t {
  Gaussian,  // of a standard deviation, cut off at 4 of them
  Box,       // the mean of the pixels at most a radius away, along rows and columns
};

// Strips in, strips out: see Separable. Sizes are in pixels of luma; beyond an edge, the pixel at it is repeated. With
// straight alpha or in `linear` light, it works in floats of RGB (Light).
//
// A wide Gaussian is made of three narrow ones, because the variances of Gaussians in a row add up. The first makes
// only every d-th row and column, the second works on those, and the third fills in the samples between. The coarse
// grid loses less than 1/1000 of a sample's range, far less than rounding to 8 bits.
class Blurrer {
 public:
  using Emit = std::function<void(const Strip&)>;

  struct Settings {
    BlurShape shape = BlurShape::Gaussian;
    double x = 0, y = 0;  // standard deviations, or radii, along stored rows and columns
    bool linear = false;
    int threads = 1;
  };
  // Throws Data for interlaced frames: their fields are different moments.
  Blurrer(const Track& track, const Settings& settings);
  ~Blurrer();
  // Take the next strip of a frame (first row 0 begins one), whose samples may be changed, and emit rows that are
  // complete. Views are valid in the call only.
  void push(const Strip& strip, const Emit& emit);
  // Emit the rows that are complete, if the next strip is late.
  void flush(const Emit& emit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

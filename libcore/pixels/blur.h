// Frames blurred by a Gaussian or a box.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/pixels/step.h"

namespace sl {

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
class Blurrer : public Step {
 public:
  struct Settings {
    BlurShape shape = BlurShape::Gaussian;
    double x = 0, y = 0;  // standard deviations, or radii, along width and height of the upright picture
    bool linear = false;
    int threads = 1;
  };
  Blurrer(const Track& track, const Settings& settings);
  ~Blurrer() override;
  [[nodiscard]] const Track& track() const override;
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;
  // Between frames: the next ones are interlaced, so that each row is mixed with those of its own field only; or not.
  // At first, they are as the track says.
  void set_interlaced(bool interlaced);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

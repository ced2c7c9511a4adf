// Frames of another size, by kernels.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "libcore/media/strip.h"
#include "libcore/pixels/axis.h"

namespace sl {

struct Track;

enum class Kernel : std::uint8_t {
  Nearest,   // the sample at the place
  Linear,    // a triangle
  Cubic,     // Catmull and Rom's: B = 0, C = 1/2
  Mitchell,  // B = C = 1/3 (Mitchell and Netravali, Reconstruction Filters in Computer Graphics, 1988)
  Lanczos2,  // sinc(x) sinc(x / 2) up to 2
  Lanczos3,  // sinc(x) sinc(x / 3) up to 3
  Area,      // how much of each sample a new one covers
};

// Return the axis of a component with the weights of this kernel. To make smaller, kernels are stretched, so that all
// samples count and nothing finer than the new samples is left (but nearest).
[[nodiscard]] Axis resampled_axis(const AxisPlace& place, Kernel kernel);

// Strips in, strips out: see Separable. With straight alpha or in `linear` light, it works in floats of RGB (Light).
class Resampler {
 public:
  using Emit = std::function<void(const Strip&)>;

  // The tracks differ in size only. Throws Data for interlaced frames that change their height: their fields are
  // different moments.
  Resampler(const Track& from, const Track& to, Kernel kernel, bool linear, int threads);
  ~Resampler();
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

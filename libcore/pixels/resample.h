// Frames of another size, by kernels.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/base/parse.h"
#include "libcore/pixels/axis.h"
#include "libcore/pixels/step.h"

namespace sl {

enum class Kernel : std::uint8_t {
  Nearest,   // the sample at the place
  Linear,    // a triangle
  Cubic,     // Catmull and Rom's: B = 0, C = 1/2
  Mitchell,  // B = C = 1/3 (Mitchell and Netravali, Reconstruction Filters in Computer Graphics, 1988)
  Lanczos2,  // sinc(x) sinc(x / 2) up to 2
  Lanczos3,  // sinc(x) sinc(x / 3) up to 3
  Area,      // how much of each sample a new one covers
};

// A kernel without stretching: its weight at a distance, from 0 on, and where it ends; of Nearest and Area, 1 and 0.
struct KernelShape {
  double radius;
  double (*weight)(double distance);
};
[[nodiscard]] KernelShape shape_of(Kernel kernel);

// Return the axis of a component with the weights of this kernel. To make smaller, kernels are stretched, so that all
// samples count and nothing finer than the new samples is left (but nearest).
[[nodiscard]] Axis resampled_axis(const AxisPlace& place, Kernel kernel);

inline constexpr Name<Kernel> kernel_names[] = {{"nearest", Kernel::Nearest},   {"linear", Kernel::Linear},
                                                {"cubic", Kernel::Cubic},       {"mitchell", Kernel::Mitchell},
                                                {"lanczos2", Kernel::Lanczos2}, {"lanczos3", Kernel::Lanczos3},
                                                {"area", Kernel::Area}};

// Strips in, strips out: see Separable. With straight alpha or in `linear` light, it works in floats of RGB (Light).
class Resampler : public GeometryStep {
 public:
  struct Settings {
    Kernel kernel = Kernel::Lanczos3;
    bool linear = false;
    int threads = 1;
  };
  // `size` is that of the upright picture. Throws Data for interlaced frames that change their height: their fields are
  // different moments.
  Resampler(const Track& from, const Size& size, const Settings& settings);
  Resampler(Resampler&&) noexcept;
  ~Resampler() override;
  [[nodiscard]] const Track& track() const override;
  [[nodiscard]] const Move& move() const override;
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

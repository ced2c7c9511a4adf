// Fewer bits, with a pattern instead of steps.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/base/parse.h"
#include "libcore/pixels/step.h"

namespace sl {

enum class Dither : std::uint8_t {
  None,     // round to nearest
  Ordered,  // Bayer's matrix of 8x8 (An optimum method for two-level rendition of continuous-tone pictures, 1973)
  Noise,    // a random number for each sample, the same in each run
};
inline constexpr Name<Dither> dither_names[] = {
    {"none", Dither::None}, {"ordered", Dither::Ordered}, {"noise", Dither::Noise}};

// Each sample becomes one of the two nearest codes, so that their mean stays the same. What is exactly a
// code stays. The result depends on the place of a sample in the picture only.
class Ditherer : public Step {
 public:
  // From rows of `from`, which are 16-bit or floats, to those of `to`, which differ in bits only.
  Ditherer(const Track& from, const Track& to, Dither dither);
  ~Ditherer() override;
  [[nodiscard]] const Track& track() const override;
  void push(const Strip& strip, const Emit& emit) override;

  // Return the track between `from` and `to` that a Ditherer to `to` takes: as deep as `from`. Nothing if there is no
  // bit to lose.
  [[nodiscard]] static const PixelFormat* format_before(const PixelFormat& from, const PixelFormat& to);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

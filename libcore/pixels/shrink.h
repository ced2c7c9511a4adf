// Shrinking by whole factors: every pixel becomes the mean of a box of pixels.

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "libcore/pixels/step.h"

namespace sl {

struct ShrinkFactors {
  std::uint32_t x = 1, y = 1;
};
inline constexpr std::uint32_t max_shrink = 4096;

// "N" or "NXxNY", each 1 to max_shrink. Throws Usage.
void parse_value(std::string_view option, std::string_view text, ShrinkFactors& factors);

// The track of frames shrunk by these factors of the upright picture: with orientation 5 to 8 they change places. Sizes
// are rounded up, and a box that hangs over the right or lower edge is the mean of its pixels inside, so nothing is
// lost. The pixels' aspect follows factors that differ. If YUV does not name its matrix and players would assume
// another one for the smaller size, the matrix of the larger size is named. Throws Data for vertical factors on
// interlaced frames: their fields are different moments.
[[nodiscard]] Track shrunk_track(const Track& track, ShrinkFactors upright);

// Strips in, strips out, in memory that grows with the width alone; the result does not depend on how strips were cut.
// Means are rounded to nearest. Subsampled chroma keeps its siting. Straight alpha weights the colours; a box that is
// all transparent is black. That, and `linear`, is computed in floats of RGB: `linear` takes the means of light
// (Transfer), as optics would, and not of encoded values.
class Shrinker : public GeometryStep {
 public:
  Shrinker(const Track& from, ShrinkFactors upright, bool linear);
  Shrinker(Shrinker&&) noexcept;
  ~Shrinker() override;
  [[nodiscard]] const Track& track() const override;
  [[nodiscard]] const Move& move() const override;
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

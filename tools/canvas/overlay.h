// A layer in the samples of frames, ready to be blended: each sample is multiplied by what the layer leaves of it, and
// its own part is added. YCbCr stays YCbCr, and a frame costs no more than the covered pixels.

#pragma once

#include <memory>
#include <vector>

#include "layer.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl::drawing {

class Overlay {
 public:
  virtual ~Overlay() = default;
  // Take over pixels of the layer that have changed.
  virtual void update(const Layer& layer, const std::vector<Box>& changed) = 0;
  // Blend it into rows of a frame, in place.
  virtual void blend(const Strip& rows) const = 0;
};

// For frames of `track`. Colors of the layer are sRGB; in frames of other primaries or transfer functions they get the
// codes of the same colors, with white at 203 cd/m2 in HDR. Throw Data for colors that cannot be computed, Limit.
[[nodiscard]] std::unique_ptr<Overlay> make_overlay(const Track& track);

}  // namespace sl::drawing

// A step that multiplies alpha: rounded corners, and masks.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libcore/base/size_text.h"
#include "libcore/pixels/step.h"

namespace sl {

class Covering : public Step {
 public:
  // Sets how much of each pixel of row `y` is seen, 0 to 1.
  using Shares = std::function<void(std::uint32_t y, std::span<float> shares)>;
  // The track is of R'G'B' side by side with straight alpha. `replaces`: the shares are alpha, in place of the old one.
  Covering(const Track& track, Shares shares, bool replaces);
  [[nodiscard]] const Track& track() const override { return track_; }
  void push(const Strip& strip, const Emit& emit) override;

 private:
  Track track_;
  Shares shares_;
  bool replaces_;
  std::vector<float> row_;
};

// Return the shares of a picture whose corners are quarters of circles of `radius` pixels, at most half of its sides. A
// pixel on a circle has the part of it that lies inside along the line to the centre.
[[nodiscard]] Covering::Shares rounded_corners(const Size& size, double radius);

}  // namespace sl

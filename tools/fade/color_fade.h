// Pictures mixed with a color, in their own samples.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/base/color_text.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/channels.h"

namespace sl::fade {

class ColorFade {
 public:
  // For pictures of this track. An opaque color replaces colours, and alpha stays; one of alpha 0, for formats with
  // alpha, fades alpha alone. Throw Data for colours that are not affine in R'G'B'.
  ColorFade(const Track& track, const Rgba& color);

  // Mix each code c to weight * c + (1 - weight) * color, in place. 1 changes nothing.
  void apply(const Strip& strip, double weight);

 private:
  void set_alpha(int plane, const std::byte* samples);
  void multiply_by_alpha(const Strip& strip, int plane, std::uint32_t y);

  const PixelFormat* format_;
  Channels channels_;
  bool to_transparent_;
  std::array<std::vector<std::byte>, 4> color_;  // a row of each plane
  std::vector<std::byte> row_;                   // the row to mix with
  std::vector<float> alpha_;
};

}  // namespace sl::fade

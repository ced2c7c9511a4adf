// How the channels of a track are coded: the codes of black and white.

#pragma once

#include <string_view>

#include "libcore/media/color.h"

namespace sl {

struct Track;

// Codes of black and of the largest value of a channel: for chroma, those at the same distance from its middle.
struct CodeRange {
  float low = 0, high = 0;
};

// How the channels of a track are coded.
struct Channels {
  CodeRange colour, chroma;  // `colour` of everything but the chroma of YUV
  bool has_chroma = false;
  Alpha alpha = Alpha::None;
  int largest = 0;  // code; integers only
};
// Throws Data for colours that are not affine in R'G'B': constant luminance, ICtCp.
[[nodiscard]] Channels channels_of(const Track& track);

// Return the name of a component, numbered as in convert/rows.h: "red", "luma", "Cb", "gray", "alpha".
[[nodiscard]] std::string_view component_name(const Track& track, int component);

}  // namespace sl

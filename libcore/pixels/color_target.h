// Color spaces as users name them.

#pragma once

#include <string>
#include <string_view>

#include "libcore/pixels/color_space.h"

namespace sl {

struct ColorTarget {
  ColorSpace space;
  int matrix = 2;     // of YUV in it; 2: any
  bool gray = false;  // one channel
  std::string text;   // as the user wrote it
  // Return whether pixels can be in it: a profile is for gray ones, or for RGB.
  [[nodiscard]] bool describes(bool gray_pixels) const {
    return space.profile.empty() || profile_fits(space.profile, gray_pixels);
  }
};

// The names that parse_value takes, for helps.
inline constexpr std::string_view color_target_names =
    "srgb|p3|rec709|rec2020|pq|hlg|linear|adobe-rgb|prophoto|gray|FILE.icc";
// Parse one of these names, or read a profile from a file (.icc, .icm). Throw Usage, naming `option`, for other texts;
// NoInput; Data for a file that is no profile.
void parse_value(std::string_view option, std::string_view text, ColorTarget& target);

}  // namespace sl

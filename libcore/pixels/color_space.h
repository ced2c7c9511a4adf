// What the codes of a picture mean as colors.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libcore/media/attachment.h"

namespace sl {

struct Track;

// A profile, or numbers of H.273. Unknown numbers (2) are sRGB's; so is_like_srgb() says which transfer functions are.
struct ColorSpace {
  int primaries = 2, transfer = 2;
  std::string profile;  // ICC; empty: the numbers hold
  [[nodiscard]] bool is_unknown() const { return profile.empty() && primaries == 2 && transfer == 2; }
  bool operator==(const ColorSpace&) const = default;
};

// Return the colors of a track: its profile, if that is for its kind of colors, or its numbers.
[[nodiscard]] ColorSpace space_of(const Track& track, std::span<const Attachment> attachments);
// Return whether a profile is for such pixels: one for RGB does not describe gray, and the reverse (ICC.1:2022, 7.2.6).
[[nodiscard]] bool profile_fits(std::string_view profile, bool gray);

}  // namespace sl

// Of the pixel formats that an encoder takes, the one in which a picture loses least.

#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "libcore/media/track.h"

namespace sl {

// The properties of a picture that a format should keep.
struct PixelNeeds {
  Model model;
  int bits, shift_x, shift_y;
  bool alpha;
};
// Return a price for all that `format` loses, and a small one for what it holds in excess.
[[nodiscard]] int loss(const PixelNeeds& needs, const PixelFormat& format);

// Return the track of the same frames in the nearest of `formats` (names of the table, at least one), by loss(): most
// of all it keeps colour, then alpha (that the track has), then RGB or YUV, bits and chroma; among formats that hold
// all of it, it takes the smallest; among equals, the first.
//
// Colours of the result: alpha is straight or none. Gray and RGB are in full range, but of unknown range if the track
// is and its model stays; RGB has matrix 0, gray made of colours an unknown one; chroma is unknown. YUV keeps matrix,
// range and chroma; for YUV made of others, the caller names them. `bits` that say no more than the format are 0.
[[nodiscard]] Track nearest(const Track& track, std::span<const std::string_view> formats);
[[nodiscard]] inline Track nearest(const Track& track, std::initializer_list<std::string_view> formats) {
  return nearest(track, std::span(formats.begin(), formats.size()));
}

}  // namespace sl

// A canvas: a picture of one color, on which others are put.

#pragma once

#include <cstdint>

#include "libcore/base/color_text.h"
#include "libcore/media/image.h"
#include "libcore/media/track.h"

namespace sl {

// Return a color in the samples of a track, as a picture of 4x4 pixels. Throw Data for colours that cannot be
// converted.
[[nodiscard]] Image color_picture(const Track& track, const Rgba& color);

// Set all pixels of a strip of the track, which is not packed 4:2:2, to a color.
void fill(const Track& track, const Strip& strip, const Rgba& color);

// Copy a picture to its place on a canvas of the same format. It lies inside, and begins on whole groups of chroma.
void put(const Strip& picture, const Strip& canvas, std::uint32_t x, std::uint32_t y);

}  // namespace sl

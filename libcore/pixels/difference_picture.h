// A picture that shows where two others differ.

#pragma once

#include "libcore/pixels/comparison.h"

namespace sl {

// Return the track of the difference picture: upright, rgb24.
[[nodiscard]] Track difference_track(const Track& a);

// Draw the first picture, gray and pale, with every pixel red that differs by more than the tolerance. `out` is a whole
// picture of difference_track(a.track). Throw as compare() does, and Data for pictures of different size.
void draw_difference(const PictureView& a, const PictureView& b, const ComparisonOptions& options, const Strip& out);

}  // namespace sl

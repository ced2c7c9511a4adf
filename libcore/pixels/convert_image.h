// A whole picture in another pixel format, at once.

#pragma once

#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

// Write the picture `whole` of track `from` to `out`, all rows of a picture of track `to`: same size, other pixels,
// color, alpha or bits, or the same. Throw as a Converter does.
void convert_image(const Track& from, const Strip& whole, const Track& to, const Strip& out);

}  // namespace sl

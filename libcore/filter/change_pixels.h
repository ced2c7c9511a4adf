// Other pixels and colors for each picture.

#pragma once

#include "libcore/pixels/pixel_change.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// Convert each track of raw video as plan_change does, by the profile in force at each frame. The profile of the result
// is attached; everything else passes, and what is tied to the old samples is left out, with an EVENT.
void change_pixels(Reader& in, Writer& out, const PixelChange& change);

}  // namespace sl

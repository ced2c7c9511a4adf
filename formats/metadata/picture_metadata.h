// Metadata on its way from a decoder to the wire. Decoders deliver EXIF unchanged; a wire stage neither reads nor
// changes it, so the parts of it that belong to the pixels travel beside it:
//
// - the orientation in the track (orientation.h),
// - the density in the track, unless the file's own field has put one there,
// - the thumbnail as the attachment `exif-thumbnail`, which is tied to the pixels: a stage that changes these drops it.

#pragma once

#include <string_view>

#include "formats/format.h"

namespace sl {

inline constexpr std::string_view thumbnail_name = "exif-thumbnail";

// Take them out of EXIF. `orient`: the orientation too.
void take_metadata(Picture& picture, bool orient, const LeftOut& left_out);

}  // namespace sl

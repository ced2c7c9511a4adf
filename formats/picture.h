// What a still or an animation is before its first row.

#pragma once

#include <vector>

#include "libcore/media/attachment.h"
#include "libcore/media/track.h"

namespace sl {

// The track and its attachments: `icc`, `exif` from the TIFF header on, `xmp`, `iptc`, `photoshop` (8BIM resources
// other than IPTC), `text`. From a decoder EXIF and XMP come unchanged, and take_metadata() takes their orientation,
// density and thumbnail out; an encoder gets them complete from carried().
struct Picture {
  Track track;
  std::vector<Attachment> attachments;
};

}  // namespace sl

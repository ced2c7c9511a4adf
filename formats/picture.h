// What a still or an animation is before its first row.

#pragma once

#include <vector>

#include "libcore/media/attachment.h"
#include "libcore/media/track.h"

namespace sl {

// The track and its attachments (`icc`, `exif` from the TIFF header on, `xmp`). EXIF and XMP come unchanged
// from the file, with the orientation in them, which take_orientation() and put_orientation() move.
struct Picture {
  Track track;
  std::vector<Attachment> attachments;
};

}  // namespace sl

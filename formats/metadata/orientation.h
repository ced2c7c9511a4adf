// The orientation of a picture: its places in files and on the wire, and moving it between them.
//
// A file has it in EXIF, and XMP may repeat it (tiff:Orientation). On the wire the track alone has it: stages turn
// pixels and set the track, and need to know neither EXIF nor XMP. So every decoder's header passes through
// take_metadata(), which calls take_orientation(), and attachments pass through put_orientation() before an encoder
// writes them. Decoders and encoders themselves deliver and write EXIF and XMP unchanged.
//
// EXIF decides if the two differ, and XMP is set to agree with it: the Metadata Working Group's guidelines (2.0) take
// orientation from EXIF alone (ExifTool's MWG:Orientation is EXIF's), and browsers and libvips read nothing else. An
// orientation in XMP alone is neither obeyed nor changed. Windows and Pillow obey it, browsers do not; as pixels and
// XMP both stay, each of them shows the output as it shows the input.

#pragma once

#include <vector>

#include "formats/format.h"

namespace sl {

struct Attachment;

// Move the orientation from EXIF to the track, and leave 1 in EXIF and XMP. If the track has one already, its own
// counts. If EXIF has none, nothing changes.
void take_orientation(Picture& picture);

// Set `orientation`, 1 to 8, in EXIF and XMP. Make EXIF if it is missing and `orientation` is not 1; add nothing to
// XMP.
void put_orientation(std::vector<Attachment>& attachments, int orientation);

}  // namespace sl

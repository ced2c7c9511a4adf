// A track's tags in FFmpeg's containers.

#pragma once

#include "formats/av/av_media.h"

namespace sl::av {

// Set language and disposition, and with `keep_metadata` the title and the texts of `meta`.
void set_tags(AVStream& stream, const Track& track, bool keep_metadata);
// Set mastering display and content light level from the track's `hdr`.
void set_hdr(AVStream& stream, const Track& track);
// Set the display matrix of an EXIF orientation.
void set_orientation(AVStream& stream, int orientation);

}  // namespace sl::av

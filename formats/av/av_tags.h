// What a track tells of itself beside its samples, as FFmpeg's containers keep it.

#pragma once

#include "formats/av/av_media.h"

namespace sl::av {

// Language, disposition, and with `keep_metadata` title and what stands in `meta` as text.
void set_tags(AVStream& stream, const Track& track, bool keep_metadata);
// Mastering display and content light level of the track's `hdr`.
void set_hdr(AVStream& stream, const Track& track);
// The display matrix of an EXIF orientation.
void set_orientation(AVStream& stream, int orientation);

}  // namespace sl::av

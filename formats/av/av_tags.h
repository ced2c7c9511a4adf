// A track's tags in FFmpeg's containers.

#pragma once

#include "formats/av/av_media.h"

namespace sl::av {

// Set language and disposition, and with `keep_metadata` the title and the texts of `meta`.
void set_tags(AVStream& stream, const Track& track, bool keep_metadata);
// Give side data that FFmpeg allocated to the stream. Throw Resources, also if `data` is null.
void give_side_data(AVStream& stream, AVPacketSideDataType type, void* data, std::size_t size);
// Set the display matrix of an EXIF orientation.
void set_orientation(AVStream& stream, int orientation);

}  // namespace sl::av

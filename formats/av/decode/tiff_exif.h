// The orientation of a TIFF, which FFmpeg ignores, as EXIF.

#pragma once

#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

// Return an EXIF with the orientation of an opened TIFF and nothing else. Empty if that is 1 or missing, and for files
// of other formats. Leaves the position in the file as it was.
[[nodiscard]] std::string tiff_exif(const AVFormatContext& context);

}  // namespace sl::av

// EXIF and XMP of AVIF and its kin, which FFmpeg does not read.

#pragma once

#include <string>
#include <vector>

#include "formats/av/av_media.h"

namespace sl::av {

// Return "EXIF" and "XMP" if the opened picture file lists such items. Leave the position in the file as it was.
[[nodiscard]] std::vector<std::string> avif_metadata(const AVFormatContext& context);

}  // namespace sl::av

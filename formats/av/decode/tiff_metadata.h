// What a TIFF says of its picture, read beside FFmpeg, which reads pixels only.

#pragma once

#include <vector>

#include "formats/av/av_media.h"
#include "formats/format.h"
#include "libcore/media/attachment.h"

namespace sl::av {

// Return the metadata of the first picture of an opened TIFF as attachments: an EXIF with its orientation, density,
// texts and directories of EXIF and GPS; `icc`, `xmp`, `iptc` and `photoshop`. Return nothing for files of other
// formats, and of a TIFF that cannot be read out of order. Leave the position in the file as it was. Throw Limit for
// metadata over its limit.
[[nodiscard]] std::vector<Attachment> tiff_metadata(const AVFormatContext& context, const std::string& name,
                                                    const LeftOut& left_out);

}  // namespace sl::av

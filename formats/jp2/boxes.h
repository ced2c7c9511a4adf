// Metadata in the boxes of a JP2 file.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "formats/format.h"
#include "libcore/media/attachment.h"

namespace sl::jp2 {

// Return EXIF, XMP and IPTC.
[[nodiscard]] std::vector<Attachment> read_metadata(std::span<const std::byte> file, const LeftOut& left_out);

}  // namespace sl::jp2

// The boxes of a JP2 file: its metadata, and its end.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "formats/format.h"
#include "libcore/media/attachment.h"

namespace sl::jp2 {

// Return the size of the picture at the start of these bytes, a file of boxes or a codestream alone; another file may
// follow it. If that cannot be seen, all bytes are the picture's.
[[nodiscard]] std::size_t picture_bytes(std::span<const std::byte> bytes);

// Return EXIF, XMP and IPTC.
[[nodiscard]] std::vector<Attachment> read_metadata(std::span<const std::byte> file, const LeftOut& left_out);

}  // namespace sl::jp2

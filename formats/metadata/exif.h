// The orientation tag of an EXIF blob: reading it, and setting it without disturbing anything else in there.
//
// A blob starts at its TIFF header ("II*\0" or "MM\0*"), as it travels in an `exif` attachment. Any bytes may be given:
// what is not EXIF has no orientation.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sl {

// `bytes` without the "Exif\0\0" that JPEG puts in front of the TIFF header and that some writers of PNG and WebP put
// there too.
[[nodiscard]] std::string_view exif_without_prefix(std::string_view bytes);

// Whether these bytes begin with a TIFF header whose first directory lies within them.
[[nodiscard]] bool is_exif(std::string_view exif);

// 1 to 8; nothing if there is no such tag, or one with another value.
[[nodiscard]] std::optional<int> exif_orientation(std::string_view exif);

// The blob saying `orientation` (1 to 8; anything else is taken as 1). A tag that is there is changed in place. Where
// there is none and `orientation` is not 1, it is added: the first directory is copied to the end with the new entry,
// because moving what else is there would break the absolute offsets that maker notes hold. Bytes that are not EXIF,
// none among them, come back as they are for orientation 1 and are replaced by a minimal EXIF otherwise.
[[nodiscard]] std::string exif_with_orientation(std::string_view exif, int orientation);

}  // namespace sl

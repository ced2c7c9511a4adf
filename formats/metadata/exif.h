// The orientation tag of an EXIF blob: reading it, and setting it without disturbing anything else in there.
//
// A blob starts at its TIFF header ("II*\0" or "MM\0*"), as it travels in an `exif` attachment. Any bytes may be given:
// without a valid header they have no orientation.

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

// Return 1 to 8, or nothing if the tag is missing or has another value.
[[nodiscard]] std::optional<int> exif_orientation(std::string_view exif);

// Return the blob with `orientation` (1 to 8; anything else is taken as 1). Change an existing tag in place. Add a
// missing one if `orientation` is not 1: copy the first directory to the end with the new entry, because moving other
// data would break the absolute offsets that maker notes hold. Bytes that are not EXIF, or no bytes, are returned
// unchanged for orientation 1 and replaced by a minimal EXIF otherwise.
[[nodiscard]] std::string exif_with_orientation(std::string_view exif, int orientation);

}  // namespace sl

// Fields of an EXIF blob that must agree with the picture beside it: its size, its density, and its thumbnail.
//
// Everything else, maker notes and their absolute offsets included, stays in its place: values change where they are,
// new ones follow the last.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/media/density.h"

namespace sl {

// Set the size of the picture (ImageWidth, PixelXDimension and their kin) wherever the blob states one.
void set_exif_size(std::string& exif, std::uint32_t width, std::uint32_t height);

// Return XResolution and YResolution in ResolutionUnit.
[[nodiscard]] std::optional<Density> exif_density(std::string_view exif);
// Set them where the blob has them. Add them, making a blob if it is empty, if `adds`.
void set_exif_density(std::string& exif, const Density& density, bool adds);

// Cut the thumbnail out of the blob, with its directory, and return its bytes: a JPEG. One in another coding is
// removed too; its bytes come back empty. Return nothing if there is no thumbnail.
std::optional<std::string> take_exif_thumbnail(std::string& exif);
// Append a thumbnail, a JPEG, to a blob without one.
void put_exif_thumbnail(std::string& exif, std::string_view jpeg);

}  // namespace sl

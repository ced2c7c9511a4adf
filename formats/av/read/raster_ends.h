// The ends of stills in formats whose length FFmpeg does not check: it makes up pixels that are missing, and ignores a
// second picture.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sl::av {

// Return the size of the picture that begins these bytes; nothing if it is truncated.
using RasterEnd = std::optional<std::size_t> (*)(std::string_view bytes);

// Return the function for Sun raster, PCX, SGI or XWD, by the first bytes; null for other content. Specifications:
// rasterfile(5) of SunOS; ZSoft's PCX Technical Reference Manual; Paul Haeberli's SGI Image File Format;
// X11/XWDFile.h.
[[nodiscard]] RasterEnd find_raster_end(std::string_view head);

}  // namespace sl::av

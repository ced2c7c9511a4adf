// Where the data of QOI and Sun raster pictures ends: FFmpeg makes up what is missing.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sl::av {

// Return the size of the picture that begins these bytes; nothing if it is truncated. Specifications: qoiformat.org;
// rasterfile(5) of SunOS.
[[nodiscard]] std::optional<std::size_t> qoi_end(std::string_view bytes);
[[nodiscard]] std::optional<std::size_t> sun_raster_end(std::string_view bytes);

}  // namespace sl::av

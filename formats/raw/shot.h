// What LibRaw knows of a shot, as EXIF.

#pragma once

#include <libraw/libraw.h>

#include <string>

namespace sl::raw {

// Return an EXIF blob: camera, lens, time, exposure. The picture is upright.
[[nodiscard]] std::string exif_of(const libraw_data_t& data);

}  // namespace sl::raw

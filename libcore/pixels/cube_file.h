// Files .cube: lookup tables for colours (Adobe: Cube LUT Specification, version 1.0, 2013).

#pragma once

#include <iosfwd>
#include <string_view>

#include "libcore/pixels/lut.h"

namespace sl {

// Read a table of three curves or a cube. Besides Adobe's keywords it takes LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE
// of DaVinci Resolve. Throw Data, naming `name` and the line, for a text that breaks the specification; Limit if the
// table takes more than --max-memory.
[[nodiscard]] ColorCube read_cube(std::istream& text, std::string_view name);

}  // namespace sl

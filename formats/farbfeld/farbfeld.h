// The halves of farbfeld, for its row in farbfeld.cpp: 16 bits, RGBA, big-endian. https://tools.suckless.org/farbfeld/

#pragma once

#include <memory>
#include <string_view>

#include "formats/format.h"

namespace sl {

extern const FormatInfo farbfeld_info;

namespace farbfeld {

inline constexpr std::string_view mark = "farbfeld";
inline constexpr std::size_t header_bytes = 16;

}  // namespace farbfeld

}  // namespace sl

// Colours of libjxl and of the wire, which both have the numbers of ITU-T H.273.

#pragma once

#include <jxl/color_encoding.h>

#include "libcore/media/color.h"

namespace sl::jxl {

// Set the primaries and the transfer that have a number.
void set_numbers(const JxlColorEncoding& encoding, Color& color);

// Return the encoding of these colours; an unknown half is sRGB's.
[[nodiscard]] JxlColorEncoding encoding_of(const Color& color, bool gray);

}  // namespace sl::jxl

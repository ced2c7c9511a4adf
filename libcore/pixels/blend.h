// The weighted mean of two frames of one format.

#pragma once

#include <cstddef>
#include <span>

#include "libcore/media/pixel_format.h"

namespace sl {

// out = a + (b - a) * weight_of_b, sample for sample, alpha included; the weight is 0 to 1. Samples as ROWS hold them,
// all three of one size. Integers are rounded to nearest from weights in steps of 2^-16, so they are at most one code
// from exact.
void blend(const PixelFormat& format, std::span<const std::byte> a, std::span<const std::byte> b, double weight_of_b,
           std::span<std::byte> out);

}  // namespace sl

// What libjpeg makes of a file's components, and what becomes of that in the planes of a strip.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "formats/jpeg/codec.h"
#include "libcore/media/track.h"

namespace sl::jpeg {

// Planes as they are coded, rows of RGB or CMYK, or of YCbCr whose subsampling no pixel format has.
enum class Output : std::uint8_t { Planes, Rgb, Cmyk, Upsampled };

// Choose the output of a file whose header was read, shrunk by 1, 2, 4 or 8; for `means`, by 8 and with the means of
// all components (BlockMeans). Set it in `jpeg`, and size, pixels, bits and color in the track. Return nothing for
// components of unknown color.
[[nodiscard]] std::optional<Output> choose_output(jpeg_decompress_struct& jpeg, unsigned shrink, bool means,
                                                  Track& track);

// Return the bytes of all coefficients, which libjpeg keeps for a file of several scans; 0 for any other file.
[[nodiscard]] std::uint64_t coefficient_bytes(const jpeg_decompress_struct& jpeg);

// Store a line of Cmyk or Upsampled output in a row of each plane.
void store_line(Output output, const JSAMPLE* line, std::size_t width, const std::array<JSAMPLE*, 3>& planes);

}  // namespace sl::jpeg

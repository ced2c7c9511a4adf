// The bytes of a GIF.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "formats/gif/canvas.h"
#include "formats/picture.h"
#include "libcore/pixels/palette.h"

namespace sl::gif {

// Return the bits of a table with room for so many entries.
[[nodiscard]] unsigned table_bits(std::size_t entries);

// Return what precedes the first picture of a file: its palette, with room for pixels that are not drawn, its loops,
// its profile, XMP and comments.
[[nodiscard]] std::vector<std::uint8_t> head_bytes(const Picture& picture, const Palette& palette, bool is_animation);

// Write a picture into `job.bytes`, and free its pixels. `own` is its palette, null for the file's.
void write_picture(Job& job, const Palette* own, unsigned bits, std::optional<std::uint8_t> transparent,
                   const std::vector<std::uint8_t>& indices);

}  // namespace sl::gif

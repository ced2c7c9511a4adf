// The palettes of pictures: their own colours if these are few enough, or chosen by Quantizer.

#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "formats/gif/canvas.h"
#include "formats/palette/quantizer.h"
#include "libcore/pixels/palette.h"

namespace sl::gif {

struct Choice {
  Palette palette;
  std::unique_ptr<Quantizer> quantizer;  // null: all colours are in the palette
};

// Choose a palette of at most `most` colours for the drawn pixels of these pictures. Any thread may call it.
[[nodiscard]] Choice palette_of(std::span<const Job> jobs, std::size_t most, int speed);
// Return whether all drawn pixels have a colour of the palette.
[[nodiscard]] bool has_colours(const PaletteIndex& index, const Job& job);
// Return the places of the pixels in the palette; any place for those that are not drawn.
[[nodiscard]] std::vector<std::uint8_t> indices_of(const Job& job, const Palette& palette, Quantizer* quantizer,
                                                   float dither);

}  // namespace sl::gif

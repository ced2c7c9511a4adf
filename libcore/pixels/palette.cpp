// A table of colours with open addresses.

#include "libcore/pixels/palette.h"

namespace sl {

PaletteIndex::PaletteIndex(const Palette& palette) {
  for (const PaletteColour& colour : palette) {
    if (!find(colour)) places_[slot_of(colour)] = static_cast<std::uint16_t>(palette_.size() + 1);
    palette_.push_back(colour);
  }
}

std::size_t PaletteIndex::slot_of(const PaletteColour& colour) const {
  std::size_t slot = (colour[0] * 0x9e3779b1u ^ colour[1] * 0x85ebca6bu ^ colour[2] * 0xc2b2ae35u) >> 7 & (slots - 1);
  while (places_[slot] != 0 && palette_[places_[slot] - 1u] != colour) slot = (slot + 1) % slots;
  return slot;
}

std::optional<std::uint8_t> PaletteIndex::find(const PaletteColour& colour) const {
  const std::uint16_t place = places_[slot_of(colour)];
  if (place == 0) return std::nullopt;
  return static_cast<std::uint8_t>(place - 1);
}

std::optional<std::uint8_t> PaletteIndex::add(const PaletteColour& colour, std::size_t most) {
  const std::size_t slot = slot_of(colour);
  if (places_[slot] == 0) {
    if (palette_.size() >= most) return std::nullopt;
    palette_.push_back(colour);
    places_[slot] = static_cast<std::uint16_t>(palette_.size());
  }
  return static_cast<std::uint8_t>(places_[slot] - 1);
}

}  // namespace sl

// A few colours that stand for all of a picture.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sl {

using PaletteColour = std::array<std::uint8_t, 3>;  // red, green, blue
using Palette = std::vector<PaletteColour>;         // at most 256

// Finds colours in a palette by their exact value.
class PaletteIndex {
 public:
  explicit PaletteIndex(const Palette& palette = {});
  // Return the place of the colour; nothing if the palette lacks it.
  [[nodiscard]] std::optional<std::uint8_t> find(const PaletteColour& colour) const;
  // Return the place of the colour, which is added if it is new; nothing if there are `most` others.
  [[nodiscard]] std::optional<std::uint8_t> add(const PaletteColour& colour, std::size_t most);
  [[nodiscard]] const Palette& palette() const { return palette_; }

 private:
  static constexpr std::size_t slots = 1024;
  [[nodiscard]] std::size_t slot_of(const PaletteColour& colour) const;

  Palette palette_;
  std::array<std::uint16_t, slots> places_{};  // in the palette, plus 1
};

}  // namespace sl

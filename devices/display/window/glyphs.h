// A small font, for the viewer's text over its picture.

#pragma once

#include <array>
#include <cstdint>

namespace sl::window {

inline constexpr int glyph_width = 6, glyph_height = 13;

// Rows of a character, its leftmost pixel in the highest bit; '?' for those outside ASCII.
[[nodiscard]] const std::array<std::uint8_t, glyph_height>& glyph(char character);

}  // namespace sl::window

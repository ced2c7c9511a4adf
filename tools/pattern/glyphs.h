// Digits and a few letters, 5 by 7: a byte a row, the highest of five bits is left.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sl::pattern {

using Glyph = std::array<std::uint8_t, 7>;

// Return an empty glyph for any other letter.
[[nodiscard]] constexpr Glyph glyph(char letter) {
  constexpr std::string_view letters = "0123456789:.-ACEFMRTU";
  constexpr std::array<Glyph, letters.size()> glyphs{{
      {14, 17, 19, 21, 25, 17, 14}, {4, 12, 4, 4, 4, 4, 14},      {14, 17, 1, 2, 4, 8, 31},
      {31, 2, 4, 2, 1, 17, 14},     {2, 6, 10, 18, 31, 2, 2},     {31, 16, 30, 1, 1, 17, 14},
      {6, 8, 16, 30, 17, 17, 14},   {31, 1, 2, 4, 8, 8, 8},       {14, 17, 17, 14, 17, 17, 14},
      {14, 17, 17, 15, 1, 2, 12},   {0, 12, 12, 0, 12, 12, 0},    {0, 0, 0, 0, 0, 12, 12},
      {0, 0, 0, 31, 0, 0, 0},       {14, 17, 17, 31, 17, 17, 17}, {14, 17, 16, 16, 16, 17, 14},
      {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16}, {17, 27, 21, 21, 17, 17, 17},
      {30, 17, 17, 30, 20, 18, 17}, {31, 4, 4, 4, 4, 4, 4},       {17, 17, 17, 17, 17, 17, 14},
  }};
  const std::size_t place = letters.find(letter);
  return place == letters.npos ? Glyph{} : glyphs[place];
}

}  // namespace sl::pattern

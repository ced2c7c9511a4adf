// Digits and a few letters, 5 by 7: a byte a row, the highest of five bits is left.

#pragma once

#include <array>
#include <cstdint>

namespace sl::pattern {

using Glyph = std::array<std::uint8_t, 7>;

[[nodiscard]] constexpr Glyph glyph(char letter) {
  switch (letter) {
    case '0':
      return {14, 17, 19, 21, 25, 17, 14};
    case '1':
      return {4, 12, 4, 4, 4, 4, 14};
    case '2':
      return {14, 17, 1, 2, 4, 8, 31};
    case '3':
      return {31, 2, 4, 2, 1, 17, 14};
    case '4':
      return {2, 6, 10, 18, 31, 2, 2};
    case '5':
      return {31, 16, 30, 1, 1, 17, 14};
    case '6':
      return {6, 8, 16, 30, 17, 17, 14};
    case '7':
      return {31, 1, 2, 4, 8, 8, 8};
    case '8':
      return {14, 17, 17, 14, 17, 17, 14};
    case '9':
      return {14, 17, 17, 15, 1, 2, 12};
    case ':':
      return {0, 12, 12, 0, 12, 12, 0};
    case '.':
      return {0, 0, 0, 0, 0, 12, 12};
    case '-':
      return {0, 0, 0, 31, 0, 0, 0};
    case 'A':
      return {14, 17, 17, 31, 17, 17, 17};
    case 'C':
      return {14, 17, 16, 16, 16, 17, 14};
    case 'E':
      return {31, 16, 16, 30, 16, 16, 31};
    case 'F':
      return {31, 16, 16, 30, 16, 16, 16};
    case 'M':
      return {17, 27, 21, 21, 17, 17, 17};
    case 'R':
      return {30, 17, 17, 30, 20, 18, 17};
    case 'T':
      return {31, 4, 4, 4, 4, 4, 4};
    case 'U':
      return {17, 17, 17, 17, 17, 17, 14};
    default:
      return {};
  }
}

}  // namespace sl::pattern

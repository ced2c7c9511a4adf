// The colour of samples: numbers of ITU-T H.273, range, siting of chroma.

#pragma once

#include <cstdint>

namespace sl {

enum class Range : std::uint8_t { Unknown, Full, Limited };
enum class Alpha : std::uint8_t { None, Straight, Premultiplied };
enum class Chroma : std::uint8_t { Unknown, Center, Left, TopLeft };

// Numbers of ITU-T H.273; 2 is unknown.
struct Color {
  int primaries = 2, transfer = 2, matrix = 2;
  Range range = Range::Unknown;
  Chroma chroma = Chroma::Unknown;
  bool operator==(const Color&) const = default;
};

}  // namespace sl

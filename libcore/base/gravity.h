// Where a smaller rectangle lies in a larger one: at a corner, the middle of a side, or the center.

#pragma once

#include <cstdint>

#include "libcore/base/parse.h"

namespace sl {

enum class Gravity : std::uint8_t { NorthWest, North, NorthEast, West, Center, East, SouthWest, South, SouthEast };

inline constexpr Name<Gravity> gravity_names[] = {{"center", Gravity::Center},
                                                  {"north", Gravity::North},
                                                  {"northeast", Gravity::NorthEast},
                                                  {"east", Gravity::East},
                                                  {"southeast", Gravity::SouthEast},
                                                  {"south", Gravity::South},
                                                  {"southwest", Gravity::SouthWest},
                                                  {"west", Gravity::West},
                                                  {"northwest", Gravity::NorthWest},
                                                  {"centre", Gravity::Center},
                                                  {"top", Gravity::North},
                                                  {"bottom", Gravity::South},
                                                  {"left", Gravity::West},
                                                  {"right", Gravity::East},
                                                  {"top-left", Gravity::NorthWest},
                                                  {"top-right", Gravity::NorthEast},
                                                  {"bottom-left", Gravity::SouthWest},
                                                  {"bottom-right", Gravity::SouthEast},
                                                  {"north-west", Gravity::NorthWest},
                                                  {"north-east", Gravity::NorthEast},
                                                  {"south-west", Gravity::SouthWest},
                                                  {"south-east", Gravity::SouthEast}};

// Return 0, 1 or 2: the near side, the middle, the far side.
[[nodiscard]] constexpr int column_of(Gravity gravity) { return static_cast<int>(gravity) % 3; }
[[nodiscard]] constexpr int row_of(Gravity gravity) { return static_cast<int>(gravity) / 3; }

}  // namespace sl

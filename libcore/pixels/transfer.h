// Transfer functions (ITU-T H.273): encoded values to light and back. 0 to 1 is black to white in both.

#pragma once

#include <cstddef>

#include "libcore/pixels/float_table.h"

namespace sl {

// The transfer function of this H.273 number; for 2 (unknown) it is sRGB's, which unlabelled pictures have. BT.709 and
// its kin are the camera's curve, not a display's; PQ gives light relative to 10000 cd/m2, HLG to the scene's peak.
// Below 0 curves are mirrored. Throws Data for numbers that have no light for black (logarithms).
class Transfer {
 public:
  explicit Transfer(int number);
  [[nodiscard]] float to_light(float value) const { return to_.exactly(value); }
  [[nodiscard]] float from_light(float light) const { return from_.exactly(light); }
  // Rows in place; within 2e-6 of the value.
  void to_light(float* row, std::size_t count) const { apply(to_, row, count); }
  void from_light(float* row, std::size_t count) const { apply(from_, row, count); }

  // The functions themselves, for values from 0 on. Throw Data as the constructor does.
  using Function = double (*)(double);
  struct Pair {
    Function to_light, from_light;
  };
  [[nodiscard]] static Pair functions_of(int number);

 private:
  explicit Transfer(const Pair& functions) : to_(functions.to_light), from_(functions.from_light) {}
  static void apply(const FloatTable& table, float* row, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) row[i] = table.at(row[i]);
  }

  FloatTable to_, from_;
};

}  // namespace sl

// Transfer functions (ITU-T H.273): encoded values to light and back. 0 to 1 is black to white in both.

#pragma once

#include <cstddef>
#include <vector>

namespace sl {

// The transfer function of this H.273 number; for 2 (unknown) it is sRGB's, which unlabelled pictures have. BT.709 and
// its kin are the camera's curve, not a display's; PQ gives light relative to 10000 cd/m2, HLG to the scene's peak.
// Below 0 curves are mirrored. Throws Data for numbers that have no light for black (logarithms).
class Transfer {
 public:
  explicit Transfer(int number);
  [[nodiscard]] float to_light(float value) const { return exactly(to_, value); }
  [[nodiscard]] float from_light(float light) const { return exactly(from_, light); }
  // Rows in place; within 2e-6 of the value.
  void to_light(float* row, std::size_t count) const { apply(to_, to_table_, row, count); }
  void from_light(float* row, std::size_t count) const { apply(from_, from_table_, row, count); }

 private:
  using Function = double (*)(double);
  struct Pair {
    Function to, from;
  };
  static Pair functions_of(int number);
  static float exactly(Function function, float value);
  static std::vector<float> table_of(Function function);
  static void apply(Function function, const std::vector<float>& table, float* row, std::size_t count);

  Function to_, from_;
  std::vector<float> to_table_, from_table_;
};

}  // namespace sl

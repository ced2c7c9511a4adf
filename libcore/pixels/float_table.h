// Functions of one float as tables.

#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace sl {

// A table is linear between values that are closer to each other towards 0, as floats do: the leading bits of a float
// are the index, so the error is relative, and half a million powers become look-ups. Below 0 the function is mirrored.
class FloatTable {
 public:
  // `function` takes values from 0 on.
  explicit FloatTable(std::function<double(double)> function);

  // Return the value without the table.
  [[nodiscard]] float exactly(float value) const {
    return static_cast<float>(value < 0 ? -function_(-double{value}) : function_(value));
  }
  [[nodiscard]] float at(float value) const {
    const float size = std::abs(value);
    if (!(size >= smallest && size < end)) return value == 0 ? zero_ : exactly(value);
    const std::uint32_t place = std::bit_cast<std::uint32_t>(size) - std::bit_cast<std::uint32_t>(smallest);
    const float low = table_[place >> rest], high = table_[(place >> rest) + 1];
    const float between = static_cast<float>(place & ((1U << rest) - 1)) / (1U << rest);
    return std::copysign(low + (high - low) * between, value);
  }

 private:
  static constexpr unsigned octaves = 24, octaves_above_white = 2, bits_of_octave = 9, mantissa = 23,
                            rest = mantissa - bits_of_octave;
  static constexpr float smallest = 1.0f / (1U << octaves), end = 1U << octaves_above_white;

  std::function<double(double)> function_;
  std::vector<float> table_;
  float zero_;
};

}  // namespace sl

// The machine-readable part of a test card: 160 bits as black and white cells, readable after any codec, scaler or
// screenshot that keeps the whole picture.
//
//   32 bits frame number | 44 bits time in us | 52 bits UTC in us since 1970, 0: unknown | 32 bits CRC-32 of those 16
//   bytes
//
// Most significant bit first, 40 cells a row, 4 rows, white is 1.

#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace sl::pattern {

struct TimeCode {
  static constexpr int columns = 40, rows = 4, bits = columns * rows;
  // The place of the rows of cells, in 24ths of the picture's height; they fill its width.
  static constexpr int top = 19, of_height = 24;

  std::uint64_t number = 0;  // modulo 2^32
  std::int64_t time_us = 0;  // modulo 2^44
  std::int64_t utc_us = 0;
  bool operator==(const TimeCode&) const = default;
};

[[nodiscard]] std::array<bool, TimeCode::bits> cells_of(const TimeCode& code);
// Nothing if the check sum is wrong.
[[nodiscard]] std::optional<TimeCode> code_of(const std::array<bool, TimeCode::bits>& cells);

}  // namespace sl::pattern

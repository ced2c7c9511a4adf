// The cells of a test card.

#include "time_code.h"

namespace sl::pattern {

namespace {

using Cells = std::array<bool, TimeCode::bits>;

void put(Cells& cells, std::size_t& at, std::uint64_t value, int bits) {
  for (int i = bits - 1; i >= 0; --i) cells[at++] = (value >> i & 1) != 0;
}

std::uint64_t take(const Cells& cells, std::size_t& at, int bits) {
  std::uint64_t value = 0;
  for (int i = 0; i < bits; ++i) value = value << 1 | (cells[at++] ? 1 : 0);
  return value;
}

// CRC-32 of IEEE 802.3, bit by bit, of the first 128 cells as 16 bytes.
std::uint32_t checksum(const Cells& cells) {
  std::uint32_t crc = ~0U;
  for (std::size_t byte = 0; byte < 16; ++byte) {
    for (std::size_t bit = 0; bit < 8; ++bit) {
      const std::uint32_t one = cells[8 * byte + 7 - bit] ? 1 : 0;
      crc = crc >> 1 ^ (((crc ^ one) & 1) != 0 ? 0xEDB88320 : 0);
    }
  }
  return ~crc;
}

}  // namespace

Cells cells_of(const TimeCode& code) {
  Cells cells{};
  std::size_t at = 0;
  put(cells, at, code.number, 32);
  put(cells, at, static_cast<std::uint64_t>(code.time_us), 44);
  put(cells, at, static_cast<std::uint64_t>(code.utc_us), 52);
  put(cells, at, checksum(cells), 32);
  return cells;
}

std::optional<TimeCode> code_of(const Cells& cells) {
  std::size_t at = 0;
  TimeCode code;
  code.number = take(cells, at, 32);
  code.time_us = static_cast<std::int64_t>(take(cells, at, 44));
  code.utc_us = static_cast<std::int64_t>(take(cells, at, 52));
  if (take(cells, at, 32) != checksum(cells)) return std::nullopt;
  return code;
}

}  // namespace sl::pattern

// Integers in both byte orders, in every kind of byte, at an odd address.

#include <gtest/gtest.h>

#include <array>

#include "libcore/base/endian.h"

namespace {

template <class B>
void check_bytes() {
  std::array<B, 9> bytes{};
  B* const odd = bytes.data() + 1;
  const auto at = [&](std::size_t i) { return static_cast<unsigned>(static_cast<std::uint8_t>(odd[i])); };
  sl::store_be(odd, std::uint64_t{0x81828384'f5f6f7f8});
  EXPECT_EQ(at(0), 0x81U);
  EXPECT_EQ(at(7), 0xf8U);
  EXPECT_EQ(sl::load_be<std::uint64_t>(odd), 0x81828384'f5f6f7f8U);
  EXPECT_EQ(sl::load_be<std::uint32_t>(odd), 0x81828384U);
  EXPECT_EQ(sl::load_be<std::uint16_t>(odd + 6), 0xf7f8U);
  EXPECT_EQ(sl::load_be<std::uint8_t>(odd + 7), 0xf8U);
  EXPECT_EQ(sl::load_le<std::uint32_t>(odd), 0x84838281U);
  EXPECT_EQ(sl::load_le<std::int16_t>(odd + 6), -0x0709);
  sl::store_le(odd, std::uint16_t{0x0102});
  sl::store_be(odd + 2, std::uint16_t{0x0102});
  EXPECT_EQ(at(0), 2U);
  EXPECT_EQ(at(1), 1U);
  EXPECT_EQ(at(2), 1U);
  EXPECT_EQ(at(3), 2U);
  EXPECT_EQ(at(4), 0xf5U);
  EXPECT_EQ(static_cast<unsigned>(static_cast<std::uint8_t>(bytes[0])), 0U);
}

TEST(Endian, SwapsSamplesInPlaceAndElsewhere) {
  const std::array<std::uint16_t, 3> narrow{0x0102, 0xfffe, 0x8000};
  std::array<std::uint16_t, 3> swapped{};
  sl::swap_bytes(narrow.data(), swapped.data(), 2);
  EXPECT_EQ(swapped, (std::array<std::uint16_t, 3>{0x0201, 0xfeff, 0}));
  std::array<std::uint32_t, 2> wide{0x01020304, 0xfffefdfc};
  sl::swap_bytes(wide.data(), wide.data(), 2);
  EXPECT_EQ(wide, (std::array<std::uint32_t, 2>{0x04030201, 0xfcfdfeff}));
}

TEST(Endian, EveryKindOfByte) {
  check_bytes<std::byte>();
  check_bytes<std::uint8_t>();
  check_bytes<char>();
}

}  // namespace

// MD5, in the terms of RFC 1321.

#include "formats/jpeg/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "libcore/base/endian.h"

namespace sl::jpeg {

std::string md5(std::string_view bytes) {
  constexpr std::array<std::array<int, 4>, 4> shifts{
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  std::array<std::uint32_t, 4> sum{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::string padded(bytes);
  padded += '\x80';
  padded.resize((padded.size() + 8 + 63) / 64 * 64);
  store_le(padded.data() + padded.size() - 8, std::uint64_t{bytes.size()} * 8);
  for (std::size_t block = 0; block < padded.size(); block += 64) {
    auto [a, b, c, d] = sum;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const std::uint32_t round = i / 16;
      const std::uint32_t f = round == 0   ? (b & c) | (~b & d)
                              : round == 1 ? (d & b) | (~d & c)
                              : round == 2 ? b ^ c ^ d
                                           : c ^ (b | ~d);
      constexpr std::array<std::array<std::uint32_t, 2>, 4> order{{{1, 0}, {5, 1}, {3, 5}, {7, 0}}};
      const std::uint32_t word = (order.at(round)[0] * i + order.at(round)[1]) % 16;
      const auto constant = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(i + 1.0)) * 4294967296.0));
      const std::uint32_t value = a + f + constant + load_le<std::uint32_t>(padded.data() + block + word * 4);
      a = d;
      d = c;
      c = b;
      b += std::rotl(value, shifts.at(round).at(i % 4));
    }
    sum = {sum[0] + a, sum[1] + b, sum[2] + c, sum[3] + d};
  }
  std::string text;
  for (const std::uint32_t part : sum) {
    for (int shift = 0; shift < 32; shift += 8) {
      text += "0123456789ABCDEF"[part >> (shift + 4) & 15];
      text += "0123456789ABCDEF"[part >> shift & 15];
    }
  }
  return text;
}

}  // namespace sl::jpeg

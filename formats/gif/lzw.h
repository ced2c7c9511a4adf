// The codes of a GIF's pixels: LZW of variable size. GIF89a, appendix F.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sl::gif {

inline constexpr unsigned most_code_bits = 12;

class LzwDecoder {
 public:
  // Write the indices that the codes stand for into `to`. Return their number: fewer than fit if the data is damaged or
  // ends; damage() says how. Codes of `literal_bits`, 1 to 11, come first.
  [[nodiscard]] std::size_t decode(std::span<const std::uint8_t> data, unsigned literal_bits,
                                   std::span<std::uint8_t> to);
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  static constexpr std::size_t most_codes = std::size_t{1} << most_code_bits;
  std::array<std::uint16_t, most_codes> prefix_{}, length_{};
  std::array<std::uint8_t, most_codes> last_{}, first_{};
  std::string damage_;
};

// Append the coded indices to `to`, in the sub-blocks of the file: the number of bits, blocks, and the empty one.
void encode_lzw(std::span<const std::uint8_t> indices, unsigned literal_bits, std::vector<std::uint8_t>& to);

}  // namespace sl::gif

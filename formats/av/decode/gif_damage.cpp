// Blocks of a GIF, and the lengths of what its codes stand for.

#include "formats/av/decode/gif_damage.h"

#include <array>
#include <cstddef>
#include <vector>

namespace sl::av {

namespace {

// Takes bytes; zeros after the end.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }
  std::size_t u8() { return at_end() ? 0 : bytes_[at_++]; }
  std::size_t u16() {
    const std::size_t low = u8();
    return low | u8() << 8;
  }
  void skip(std::size_t count) { at_ += count; }
  [[nodiscard]] bool starts_with(std::string_view text) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (at_ + i >= bytes_.size() || bytes_[at_ + i] != static_cast<std::uint8_t>(text[i])) return false;
    }
    return true;
  }
  // The joined sub-blocks up to their end.
  std::vector<std::uint8_t> sub_blocks() {
    std::vector<std::uint8_t> all;
    for (std::size_t size = u8(); size != 0; size = u8()) {
      for (; size != 0 && !at_end(); --size) all.push_back(static_cast<std::uint8_t>(u8()));
    }
    return all;
  }
  // Skip a table of colours, if these flags say that one follows.
  void skip_colors(std::size_t flags) {
    if ((flags & 0x80) != 0) skip(std::size_t{3} << ((flags & 7) + 1));
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

// Codes of variable size, the lowest bit first.
std::optional<std::string> lzw_damage(std::span<const std::uint8_t> data, std::size_t literal_bits,
                                      std::uint64_t pixels) {
  constexpr std::size_t max_bits = 12;
  if (literal_bits < 1 || literal_bits >= max_bits) return "codes of " + std::to_string(literal_bits) + " bits";
  const std::size_t clear = std::size_t{1} << literal_bits, end = clear + 1;
  std::array<std::uint32_t, std::size_t{1} << max_bits> lengths{};
  std::size_t next = end + 1, bits = literal_bits + 1;
  std::uint32_t previous = 0;  // length of the last code's pixels; 0 after a clear
  std::uint64_t done = 0;
  std::uint32_t buffer = 0;
  std::size_t have = 0;
  for (std::size_t at = 0; done < pixels;) {
    while (have < bits && at < data.size()) {
      buffer |= std::uint32_t{data[at++]} << have;
      have += 8;
    }
    if (have < bits) break;
    const std::size_t code = buffer & ((std::uint32_t{1} << bits) - 1);
    buffer >>= bits;
    have -= bits;
    if (code == end) break;
    if (code == clear) {
      next = end + 1;
      bits = literal_bits + 1;
      previous = 0;
      continue;
    }
    const bool known = code < clear || code < next;
    if (!known && (code != next || previous == 0)) return "a code that its table lacks";
    const std::uint32_t length = code < clear ? 1 : known ? lengths[code] : previous + 1;
    if (previous != 0 && next < lengths.size()) {
      lengths[next++] = previous + 1;
      if (next == std::size_t{1} << bits && bits < max_bits) ++bits;
    }
    previous = length;
    done += length;
  }
  if (done >= pixels) return std::nullopt;
  return "the data ends after " + std::to_string(done) + " of " + std::to_string(pixels) + " pixels";
}

}  // namespace

std::optional<std::string> gif_damage(std::span<const std::uint8_t> packet) {
  constexpr std::size_t extension = 0x21, picture = 0x2c;
  Bytes in(packet);
  if (in.starts_with("GIF8")) {
    in.skip(10);
    const std::size_t flags = in.u8();
    in.skip(2);
    in.skip_colors(flags);
  }
  while (!in.at_end()) {
    const std::size_t kind = in.u8();
    if (kind == extension) {
      in.skip(1);
      in.sub_blocks();
    } else if (kind == picture) {
      in.skip(4);
      const std::size_t width = in.u16(), height = in.u16();
      in.skip_colors(in.u8());
      const std::size_t literal_bits = in.u8();
      if (const auto damage = lzw_damage(in.sub_blocks(), literal_bits, std::uint64_t{width} * height)) return damage;
    } else if (kind != 0) {
      return std::nullopt;  // the trailer, or no GIF
    }
  }
  return std::nullopt;
}

}  // namespace sl::av

// TGA's name, options and first bytes.

#include <array>

#include "formats/tga/tga.h"
#include "libcore/base/endian.h"

namespace sl {

namespace tga {

std::optional<Header> parse_header(std::span<const std::byte> head) {
  if (head.size() < header_bytes) return std::nullopt;
  const auto byte = [head](std::size_t at) { return std::to_integer<unsigned>(head[at]); };
  const auto word = [head](std::size_t at) { return unsigned{load_le<std::uint16_t>(head.data() + at)}; };
  Header header;
  header.id_bytes = byte(0);
  header.has_map = byte(1) == 1;
  header.kind = byte(2) & 7;
  header.runs = (byte(2) & 8) != 0;
  header.map_first = word(3);
  header.map_count = word(5);
  header.map_bits = byte(7);
  header.width = word(12);
  header.height = word(14);
  header.bits = byte(16);
  header.alpha_bits = byte(17) & 15;
  header.from_right = (byte(17) & 16) != 0;
  header.from_top = (byte(17) & 32) != 0;
  if (byte(1) > 1 || (byte(2) & ~15u) != 0 || header.kind < 1 || header.kind > 3 || byte(17) >> 6 != 0)
    return std::nullopt;
  if (header.width == 0 || header.height == 0) return std::nullopt;
  const auto one_of = [](unsigned value, auto... known) { return ((value == static_cast<unsigned>(known)) || ...); };
  if (header.has_map) {
    if (!one_of(header.map_bits, 15, 16, 24, 32) || header.map_count == 0) return std::nullopt;
  } else if (header.kind == 1 || header.map_first != 0 || header.map_count != 0 ||
             !one_of(header.map_bits, 0, 24, 32)) {
    return std::nullopt;
  }
  const bool good = header.kind == 1   ? one_of(header.bits, 8, 16) && header.alpha_bits <= 8
                    : header.kind == 2 ? one_of(header.bits, 15, 16, 24, 32) && one_of(header.alpha_bits, 0, 1, 8)
                                       : one_of(header.bits, 8, 16) && one_of(header.alpha_bits, 0, 8);
  return good ? std::optional(header) : std::nullopt;
}

}  // namespace tga

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"compress", "", Kind::Choice, 0, 0, "rle|none", "rle", "run lengths, or none"},
};

bool sniff(std::span<const std::byte> head) { return tga::parse_header(head).has_value(); }
bool never(std::span<const std::byte> /*head*/) { return false; }  // too weak a mark for any place but the start

}  // namespace

const FormatInfo tga_info{
    .name = "TGA",
    .extensions = "tga icb vda vst",
    .note = "a picture whose rows run from bottom to top needs the whole frame in memory",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = never,
    .encode_options = encode_options,
};

}  // namespace sl

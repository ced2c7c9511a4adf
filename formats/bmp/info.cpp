// Names, options and first bytes of BMP and ICO.

#include <algorithm>
#include <array>

#include "formats/bmp/bmp.h"
#include "libcore/base/endian.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"bits", "", Kind::Choice, 0, 0, "auto|1|8", "auto", "bits of a sample; 1 is black and white"},
};

constexpr std::array icon_decode_options{
    FormatOption{"page", "", Kind::Integer, 0, 1 << 20, "", "0", "one picture, counted from 1; 0 for the largest one"},
};

void check_sizes(std::string_view option, std::string_view text) { (void)bmp::parse_icon_sizes(option, text); }

constexpr std::array icon_encode_options{
    FormatOption{"sizes", "", Kind::Value, 0, 0, "LIST", "",
                 "sides of square pictures in one file, as 16,32,48; without it one picture, of 256 pixels at most",
                 check_sizes},
};

// The size of the header behind the file's own one is a mark as good as the two letters before it.
bool sniff(std::span<const std::byte> head) {
  if (head.size() < 28 || head[0] != std::byte{'B'} || head[1] != std::byte{'M'}) return false;
  const auto header = load_le<std::uint32_t>(head.data() + 14);
  const bool is_core = header == 12;
  if (!is_core && !(header >= 16 && header <= 64) && header != 108 && header != 124) return false;
  const auto planes = load_le<std::uint16_t>(head.data() + (is_core ? 22 : 26));
  const auto offset = load_le<std::uint32_t>(head.data() + 10);
  return planes <= 1 && offset >= 14 + header;
}

// Types 1 and 2 (a cursor); then the number of pictures, and the first one's place behind the directory.
bool sniff_icon(std::span<const std::byte> head) {
  if (head.size() < 22 || load_le<std::uint16_t>(head.data()) != 0) return false;
  const auto type = load_le<std::uint16_t>(head.data() + 2), count = load_le<std::uint16_t>(head.data() + 4);
  const auto bytes = load_le<std::uint32_t>(head.data() + 14), offset = load_le<std::uint32_t>(head.data() + 18);
  return (type == 1 || type == 2) && count > 0 && head[9] == std::byte{0} && bytes > 8 && offset >= 6u + 16u * count &&
         offset < (1u << 28);
}
// The density of a JPEG looks like it: too weak a mark for any place but the start.
bool never(std::span<const std::byte> /*head*/) { return false; }

}  // namespace

namespace bmp {

std::vector<std::uint32_t> parse_icon_sizes(std::string_view option, std::string_view text) {
  std::vector<std::uint32_t> sizes;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const auto side = to_number<std::uint32_t>(word);
    if (!side || *side == 0 || *side > 256)
      bad_value(option, text, "is not a list of sides from 1 to 256, as 16,32,48");
    sizes.push_back(*side);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return sizes;
}

}  // namespace bmp

const FormatInfo bmp_info{
    .name = "BMP",
    .extensions = "bmp dib rle",
    .note = "a whole frame in memory, to read it, and to write it into a pipe",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true, .density = true},
    .encode_options = encode_options,
};

const FormatInfo ico_info{
    .name = "ICO",
    .extensions = "ico cur",
    .note = "of its pictures the largest one is read, or that of --page",
    .animation = false,
    .sniff = sniff_icon,
    .sniff_surely = never,
    .decode_options = icon_decode_options,
    .encode_options = icon_encode_options,
};

}  // namespace sl

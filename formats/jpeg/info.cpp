// JPEG's names, options and first bytes.

#include <array>

#include "formats/format_info.h"
#include "libcore/base/rect_rule.h"
#include "libcore/base/size_rule.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array decode_options{
    FormatOption{"shrink", "", Kind::Choice, 0, 0, "1|2|4|8", "1",
                 "decode at 1/N of the size, by DCT scaling: faster than shrinking afterwards"},
    FormatOption{
        "for-size", "", Kind::Value, 0, 0, "SIZE", "",
        "the size that the picture gets later, as sl-resize has it: decode it smaller, by 2, 4 or 8, to no less "
        "than twice that size",
        checks_as<SizeRule>},
    FormatOption{"for-part", "", Kind::Value, 0, 0, "RECTANGLE", "",
                 "what is cut out of the picture later, as sl-crop has it: pass on no more than this and a margin",
                 checks_as<RectRule>},
    FormatOption{"for-gravity", "", Kind::Value, 0, 0, "SIDE", "", "sl-crop's --gravity, for --for-part",
                 [](std::string_view option, std::string_view text) { (void)parse_name(option, text, gravity_names); }},
};

constexpr std::array encode_options{
    FormatOption{"quality", "Q", Kind::Integer, 1, 100, "", "75", "quality, 1 to 100"},
    FormatOption{"subsampling", "", Kind::Choice, 0, 0, "auto|420|422|440|444|411", "auto",
                 "chroma subsampling; auto keeps it for YCbCr input; for RGB it is 420 below quality 90, else 444"},
    FormatOption{"progressive", "", Kind::Flag, 0, 0, "", "",
                 "write in several scans, coarse to fine; keeps the coefficients of the whole picture in memory"},
    FormatOption{"optimize", "", Kind::Flag, 0, 0, "", "",
                 "Huffman tables made for the picture; keeps the coefficients of the whole picture in memory"},
    FormatOption{"restart", "", Kind::Integer, 0, 65535, "", "0",
                 "restart marker after every N rows of blocks, which limits damage; 0 for no markers"},
    FormatOption{"jxl", "", Kind::Flag, 0, 0, "", "",
                 "unpack INPUT, a JPEG XL made by .jxl[jpeg]: the same bytes again"},
};

// A third byte other than FF is damage. The decoder here reports it, and FFmpeg's would not.
bool sniff(std::span<const std::byte> head) {
  return head.size() >= 2 && head[0] == std::byte{0xff} && head[1] == std::byte{0xd8};
}

// A segment that can be the first one follows, with bytes that it can begin with.
bool sniff_surely(std::span<const std::byte> head) {
  const auto at = [&](std::size_t i) { return i < head.size() ? std::to_integer<unsigned>(head[i]) : 0u; };
  const unsigned marker = at(3), length = at(4) << 8 | at(5);
  const auto is_text = [&](std::size_t i) { return at(i) >= ' ' && at(i) <= 'z'; };
  if (at(2) != 0xff || length < 3) return false;
  if (marker >= 0xe0 && marker <= 0xef) return is_text(6) && is_text(7);
  if (marker == 0xdb) return (at(6) & 0xec) == 0 && ((length - 2) % 65 == 0 || (length - 2) % 129 == 0);
  if (marker == 0xc4) return (at(6) & 0xec) == 0 && length > 19;
  if (marker >= 0xc0 && marker <= 0xc2) return at(6) == 8 && length == 8 + 3 * at(11);
  return marker == 0xfe && is_text(6);
}

}  // namespace

extern const FormatInfo jpeg_info;
const FormatInfo jpeg_info{
    .name = "JPEG",
    .extensions = "jpg jpeg jpe jfif",
    .note = "progressive JPEG keeps 3 bytes a pixel and more in memory, both ways",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = sniff_surely,
    .carries =
        {.icc = true, .exif = true, .xmp = true, .iptc = true, .comment = true, .density = true, .pixel_shape = true},
    .decode_options = decode_options,
    .encode_options = encode_options,
    .repacks = "jxl",
};

}  // namespace sl

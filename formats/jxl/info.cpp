// Names, options and first bytes of JPEG XL.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using namespace std::string_view_literals;
using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"quality", "Q", Kind::Integer, 0, 100, "", "90", "quality, 0 to 100"},
    FormatOption{"lossless", "", Kind::Flag, 0, 0, "", "", "keep every sample unchanged"},
    FormatOption{"effort", "", Kind::Integer, 1, 9, "", "7", "1 is fastest, 9 gives the smallest file"},
    FormatOption{"progressive", "", Kind::Flag, 0, 0, "", "", "a picture that sharpens while it loads"},
    FormatOption{"jpeg", "", Kind::Flag, 0, 0, "", "",
                 "pack INPUT, a JPEG, without loss: .jpg[jxl] makes the same bytes of it again"},
};

constexpr std::string_view container = "\0\0\0\x0cJXL \r\n\x87\n"sv;

std::string_view text_of(std::span<const std::byte> head) {
  return {reinterpret_cast<const char*>(head.data()), head.size()};
}

// ISO/IEC 18181-2: a container of boxes, or the code alone.
bool sniff(std::span<const std::byte> head) {
  return text_of(head).starts_with(container) || text_of(head).starts_with("\xff\x0a"sv);
}
bool sniff_surely(std::span<const std::byte> head) { return text_of(head).starts_with(container); }

}  // namespace

extern const FormatInfo jxl_info;
const FormatInfo jxl_info{
    .name = "JPEG XL",
    .extensions = "jxl",
    .note = "still and animated; a frame in memory, and two to encode",
    .animation = true,
    .sniff = sniff,
    .sniff_surely = sniff_surely,
    .carries = {.icc = true, .color = true, .exif = true, .xmp = true},
    .encode_options = encode_options,
    .helper = "sl-format-jxl",
    .package = "libjxl-dev",
    .repacks = "jpeg",
};

}  // namespace sl

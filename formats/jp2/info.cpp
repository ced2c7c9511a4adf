// Names, options and first bytes of JPEG 2000.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using namespace std::string_view_literals;
using Kind = FormatOption::Kind;

constexpr std::array decode_options{
    FormatOption{"shrink", "", Kind::Choice, 0, 0, "1|2|4|8|16|32", "1",
                 "decode at 1/N of the size: only the smaller resolutions are read"},
};

// A file of boxes (JP2, JPX), or the code alone.
bool sniff(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("\0\0\0\x0cjP  \r\n\x87\n"sv) || text.starts_with("\xff\x4f\xff\x51"sv);
}

}  // namespace

extern const FormatInfo jp2_info;
const FormatInfo jp2_info{
    .name = "JPEG 2000",
    .extensions = "jp2 j2k jpf jpx j2c jpc",
    .note = "the whole file and a frame of 4 bytes a sample in memory",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .decode_options = decode_options,
    .helper = "sl-format-jp2",
    .package = "libopenjp2-7-dev",
    .encodes = false,
};

}  // namespace sl

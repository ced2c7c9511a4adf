// Names, options and first bytes of OpenEXR.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"compress", "", Kind::Choice, 0, 0, "none|rle|zips|zip|piz|pxr24|b44|b44a|dwaa|dwab", "zip",
                 "compression; pxr24, b44 and dwa lose a little"},
    FormatOption{"bits", "", Kind::Choice, 0, 0, "auto|16|32", "auto",
                 "bits of a sample, a float; auto keeps 32 for floats that were not read from 16"},
};

bool sniff(std::span<const std::byte> head) {
  return std::string_view(reinterpret_cast<const char*>(head.data()), head.size()).starts_with("\x76\x2f\x31\x01");
}

}  // namespace

extern const FormatInfo exr_info;
const FormatInfo exr_info{
    .name = "OpenEXR",
    .extensions = "exr",
    .note = "light in floats; of several parts the first is read",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.color = true, .pixel_shape = true},
    .encode_options = encode_options,
    .helper = "sl-format-exr",
    .package = "libopenexr-dev",
};

}  // namespace sl

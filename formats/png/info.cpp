// PNG's names, options and first bytes.

#include <array>
#include <cstring>

#include "formats/png/png.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"compression", "", Kind::Integer, 0, 9, "", "2",
                 "0 stores, 1 and 2 are fast, 3 to 9 get smaller and slower"},
    FormatOption{"filter", "", Kind::Choice, 0, 0, png_filter_names, "auto",
                 "row filter; auto means none for compression 0, up for 1, adaptive above"},
    FormatOption{"bits", "", Kind::Choice, 0, 0, "auto|8|16", "auto", "bits of a sample; auto is 16 for more than 8"},
};

bool sniff(std::span<const std::byte> head) {
  return head.size() >= png_signature.size() &&
         std::memcmp(head.data(), png_signature.data(), png_signature.size()) == 0;
}

}  // namespace

const FormatInfo png_info{
    .name = "PNG",
    .extensions = "png apng",
    .note = "an interlaced picture needs the whole frame in memory",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true,
                .color = true,
                .exif = true,
                .xmp = true,
                .iptc = true,
                .comment = true,
                .texts = true,
                .density = true,
                .pixel_shape = true,
                .png_hints = true},
    .encode_options = encode_options,
};

}  // namespace sl

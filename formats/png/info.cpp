// PNG's names, options and first bytes.

#include <array>
#include <cstring>

#include "formats/png/animation.h"
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

// An animation that says so at once, as ours do. In others the chunk follows later; the same decoder reads them.
bool sniff_animation(std::span<const std::byte> head) {
  constexpr std::size_t type_at = 37;
  return sniff(head) && head.size() >= type_at + 4 && std::memcmp(head.data() + type_at, "acTL", 4) == 0;
}

constexpr Carries carries{.icc = true,
                          .color = true,
                          .exif = true,
                          .xmp = true,
                          .iptc = true,
                          .comment = true,
                          .texts = true,
                          .density = true,
                          .pixel_shape = true,
                          .png_hints = true};

}  // namespace

const FormatInfo apng_info{
    .name = "APNG",
    .extensions = "apng",
    .note = "frames of a PNG, each in memory; the whole file to write it into a pipe",
    .animation = true,
    .sniff = sniff_animation,
    .sniff_surely = nullptr,
    .carries = carries,
    .encode_options = encode_options,
};

const FormatInfo png_info{
    .name = "PNG",
    .extensions = "png",
    .note = "an interlaced picture needs the whole frame in memory",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = carries,
    .encode_options = encode_options,
};

}  // namespace sl

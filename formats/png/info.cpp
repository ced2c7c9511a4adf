// PNG's names and first bytes.

#include <cstring>

#include "formats/png/png.h"

namespace sl {

namespace {

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
};

}  // namespace sl

// WebP's names and first bytes.

#include <cstring>

#include "formats/webp/webp.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  return head.size() >= 12 && std::memcmp(head.data(), "RIFF", 4) == 0 && std::memcmp(head.data() + 8, "WEBP", 4) == 0;
}

}  // namespace

const FormatInfo webp_info{
    .name = "WebP",
    .extensions = "webp",
    .note = "a whole frame in memory, both ways",
    .animation = true,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true, .exif = true, .xmp = true},
};

}  // namespace sl

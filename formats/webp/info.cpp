// WebP's names, options and first bytes.

#include <array>
#include <cstring>

#include "formats/webp/webp.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"quality", "Q", Kind::Integer, 0, 100, "", "75",
                 "quality, 0 to 100; with lossless, how long to search for a smaller file"},
    FormatOption{"lossless", "", Kind::Flag, 0, 0, "", "", "keep every pixel unchanged"},
    FormatOption{"effort", "", Kind::Integer, 0, 6, "", "4", "0 is fastest, 6 gives the smallest file"},
    FormatOption{"exact", "", Kind::Flag, 0, 0, "", "", "keep colours under full transparency"},
};

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
    .encode_options = encode_options,
};

}  // namespace sl

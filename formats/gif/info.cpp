// GIF's name, options and first bytes.

#include <array>
#include <cstring>

#include "formats/gif/gif.h"

namespace sl {

namespace {

using Kind = FormatOption::Kind;

constexpr std::array encode_options{
    FormatOption{"colors", "", Kind::Integer, 4, 256, "", "256", "colours of a palette, at most"},
    FormatOption{"palette", "", Kind::Choice, 0, 0, "local|global", "local",
                 "a palette for each frame, or one for all, for which all frames are kept in memory"},
    FormatOption{"dither", "", Kind::Integer, 0, 100, "", "100",
                 "percent of a pixel's error that its neighbours get; 0 is smaller, and flat"},
    FormatOption{"effort", "", Kind::Integer, 0, 6, "", "4", "0 is fastest, 6 gives the best palette"},
};

bool sniff(std::span<const std::byte> head) {
  return head.size() >= 6 && (std::memcmp(head.data(), "GIF87a", 6) == 0 || std::memcmp(head.data(), "GIF89a", 6) == 0);
}

}  // namespace

const FormatInfo gif_info{
    .name = "GIF",
    .extensions = "gif",
    .note = "a whole frame in memory, both ways; alpha is on or off",
    .animation = true,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true, .xmp = true, .comment = true},
    .encode_options = encode_options,
    .helper = "sl-format-gif",
    .package = "libimagequant-dev",
};

}  // namespace sl

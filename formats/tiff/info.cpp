// TIFF's names, options and first bytes.

#include <array>
#include <string_view>

#include "formats/format_info.h"

namespace sl {

namespace {

using namespace std::string_view_literals;
using Kind = FormatOption::Kind;

constexpr std::array decode_options{
    FormatOption{"page", "", Kind::Integer, 0, 1 << 20, "", "0", "one page, counted from 1; 0 for all of them"},
    FormatOption{"level", "", Kind::Integer, 0, 64, "", "0",
                 "level of a pyramid: 0 is the whole picture, 1 the next smaller one"},
};

constexpr std::array encode_options{
    FormatOption{"compress", "", Kind::Choice, 0, 0, "none|lzw|deflate|packbits|jpeg|g4|zstd|lzma|webp", "deflate",
                 "compression; jpeg and webp lose a little, g4 is for one bit"},
    FormatOption{"quality", "Q", Kind::Integer, 1, 100, "", "75", "quality of jpeg and webp, 1 to 100"},
    FormatOption{"bits", "", Kind::Choice, 0, 0, "auto|1|8|16", "auto",
                 "bits of a sample; auto keeps 8, 16 and floats"},
    FormatOption{"tile", "", Kind::Integer, 0, 65536, "", "0",
                 "tiles of N x N pixels, N a multiple of 16; 0 for strips"},
    FormatOption{"bigtiff", "", Kind::Flag, 0, 0, "", "", "BigTIFF, also for a file below 4 GB"},
};

// Classic TIFF has the version 42, BigTIFF 43 and then the size of its offsets.
bool sniff(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("II*\0"sv) || text.starts_with("MM\0*"sv) || text.starts_with("II+\0\x08\0"sv) ||
         text.starts_with("MM\0+\0\x08"sv);
}

}  // namespace

extern const FormatInfo tiff_info;
const FormatInfo tiff_info{
    .name = "TIFF",
    .extensions = "tif tiff btf tf8",
    .note = "a row of strips or tiles in memory; the whole file to write it into a pipe",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.icc = true,
                .exif = true,
                .xmp = true,
                .iptc = true,
                .comment = true,
                .density = true,
                .exif_thumbnail = false},
    .decode_options = decode_options,
    .encode_options = encode_options,
    .pages = true,
    .helper = "sl-format-tiff",
    .package = "libtiff-dev",
};

}  // namespace sl

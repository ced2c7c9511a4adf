// WebP, as libwebp reads and writes it. https://developers.google.com/speed/webp/docs/riff_container

#include "formats/webp/webp.h"

#include <array>

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

}  // namespace

extern const Format webp_format;
const Format webp_format{
    .info = webp_info,
    .decode_options = {},
    .encode_options = encode_options,
    .decoder = make_webp_decoder,
    .encoder = make_webp_encoder,
    .intact_part = intact_webp_metadata,
};

}  // namespace sl

// WebP, as libwebp reads and writes it. https://developers.google.com/speed/webp/docs/riff_container

#include "formats/webp/webp.h"

namespace sl {

extern const Format webp_format;
const Format webp_format{
    .info = webp_info,
    .decoder = make_webp_decoder,
    .encoder = make_webp_encoder,
    .intact_part = intact_webp_metadata,
};

}  // namespace sl

// GIF's row of the table.

#include "formats/gif/gif.h"

namespace sl {

extern const Format gif_format;
const Format gif_format{
    .info = gif_info,
    .decoder = gif::make_decoder,
    .encoder = gif::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl

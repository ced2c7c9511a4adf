// BMP and ICO. https://learn.microsoft.com/windows/win32/gdi/bitmap-storage

#include "formats/bmp/bmp.h"

namespace sl {

extern const Format bmp_format, ico_format;
const Format bmp_format{
    .info = bmp_info,
    .decoder = bmp::make_decoder,
    .encoder = bmp::make_encoder,
    .intact_part = nullptr,
};
const Format ico_format{
    .info = ico_info,
    .decoder = bmp::make_icon_decoder,
    .encoder = bmp::make_icon_encoder,
    .intact_part = nullptr,
};

}  // namespace sl

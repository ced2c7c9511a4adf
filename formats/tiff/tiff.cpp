// TIFF, as libtiff reads and writes it. Specifications: TIFF 6.0
// (https://www.adobe.io/content/dam/udp/en/open/standards/tiff/ TIFF6.pdf), its supplements 1 and 2, and BigTIFF
// (http://www.simplesystems.org/libtiff/specification/bigtiff.html).

#include "formats/tiff/tiff.h"

namespace sl {

extern const Format tiff_format;
const Format tiff_format{
    .info = tiff_info,
    .decoder = tiff::make_decoder,
    .encoder = tiff::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl

// The two halves of WebP, for the one row of the table in webp.cpp.

#pragma once

#include <memory>

#include "formats/format.h"

namespace sl {

extern const FormatInfo webp_info;
[[nodiscard]] std::unique_ptr<Decoder> make_webp_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_webp_encoder(const EncodeContext& context);
// Return the size of the chunk of metadata that begins at the source's position, if the file continues after it as it
// must, else 0.
[[nodiscard]] std::size_t intact_webp_metadata(Source& source);

}  // namespace sl

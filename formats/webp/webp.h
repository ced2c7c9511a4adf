// The two halves of WebP, for the one row of the table in webp.cpp.

#pragma once

#include <memory>

#include "formats/format.h"

namespace sl {

extern const FormatInfo webp_info;
[[nodiscard]] std::unique_ptr<Decoder> make_webp_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_webp_encoder(const EncodeContext& context);

}  // namespace sl

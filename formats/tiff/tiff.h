// The two halves of TIFF, for its row in tiff.cpp.

#pragma once

#include <memory>

#include "formats/format.h"

namespace sl {

extern const FormatInfo tiff_info;

namespace tiff {

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace tiff

}  // namespace sl

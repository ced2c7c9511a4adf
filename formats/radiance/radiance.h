// The halves of Radiance HDR, for its row in radiance.cpp: lines of light, three mantissas and an exponent a pixel.
// https://www.radiance-online.org/cgi-bin/viewcvs.cgi/ray/src/common/color.c

#pragma once

#include <memory>

#include "formats/format.h"

namespace sl {

extern const FormatInfo radiance_info;

namespace radiance {

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace radiance

}  // namespace sl

// The decoder half of PNG; png.cpp holds the rest.

#pragma once

#include <memory>

#include "formats/format.h"

namespace sl {

[[nodiscard]] std::unique_ptr<Decoder> make_png_decoder(const DecodeContext& context);

}  // namespace sl

// The halves of BMP and ICO, for their rows in bmp.cpp.

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "formats/format.h"

namespace sl {

extern const FormatInfo bmp_info, ico_info;

namespace bmp {

// Return the sides in a list as "16,32,48": 1 to 256 each. Throw Usage.
[[nodiscard]] std::vector<std::uint32_t> parse_icon_sizes(std::string_view option, std::string_view text);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);
[[nodiscard]] std::unique_ptr<Decoder> make_icon_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_icon_encoder(const EncodeContext& context);

}  // namespace bmp

}  // namespace sl

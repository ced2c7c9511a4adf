// Shared by the parts of PNG.

#pragma once

#include <memory>
#include <string_view>

#include "formats/format.h"

namespace sl {

inline constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";
inline constexpr std::string_view png_filter_names =
    "none|sub|up|average|paeth|adaptive|auto";  // in the order of PngFilter
extern const FormatInfo png_info;

// Of a still, or of an animation if the source begins one.
[[nodiscard]] std::unique_ptr<Decoder> make_png_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Decoder> make_png_still_decoder(const DecodeContext& context);

}  // namespace sl

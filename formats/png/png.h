// Shared by the parts of PNG.

#pragma once

#include <memory>
#include <string_view>

#include "formats/format.h"
#include "formats/png/deflate.h"
#include "libcore/media/track.h"

namespace sl {

inline constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";
inline constexpr std::string_view png_filter_names =
    "none|sub|up|average|paeth|adaptive|auto";  // in the order of PngFilter
extern const FormatInfo png_info;

// Of a still, or of an animation if the source begins one.
[[nodiscard]] std::unique_ptr<Decoder> make_png_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Decoder> make_png_still_decoder(const DecodeContext& context);

// Of a still's encoder and an animation's: the options; and the nearest track that PNG holds, of 8 or 16 bits or (auto)
// either.
[[nodiscard]] PngCompression png_compression(const EncodeContext& context);
[[nodiscard]] Track png_track(const Track& offered, std::string_view bits);

}  // namespace sl

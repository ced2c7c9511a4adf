// CSV: rows of numbers as pictures. https://www.rfc-editor.org/rfc/rfc4180

#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "formats/format.h"

namespace sl {

extern const FormatInfo csv_info;
extern const Format csv_format;

// Pixels that numbers may be.
inline constexpr std::array<std::string_view, 11> csv_pixels{
    "gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le", "grayf32le", "rgbf32le", "rgbaf32le"};

// Return whether a text of numbers with separators begins here. So weak a mark is looked at only where no format was
// recognised, and only at the beginning of an input.
[[nodiscard]] bool looks_like_csv(std::span<const std::byte> head);

[[nodiscard]] std::unique_ptr<Decoder> make_csv_decoder(const DecodeContext& context);

}  // namespace sl

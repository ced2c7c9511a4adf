// The halves of QOI, for its row in qoi.cpp. https://qoiformat.org/qoi-specification.pdf

#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "formats/format.h"

namespace sl {

extern const FormatInfo qoi_info;

namespace qoi {

inline constexpr std::size_t header_bytes = 14;
inline constexpr std::array<std::uint8_t, 8> end_mark{0, 0, 0, 0, 0, 0, 0, 1};

struct Pixel {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  bool operator==(const Pixel&) const = default;
  // The place in the table of pixels that were seen.
  [[nodiscard]] unsigned hash() const { return (r * 3u + g * 5u + b * 7u + a * 11u) % 64; }
};

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace qoi

}  // namespace sl

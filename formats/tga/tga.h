// The halves of TGA, for its row in tga.cpp. Truevision TGA file format specification, version 2.0 (1991)

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "formats/format.h"

namespace sl {

extern const FormatInfo tga_info;

namespace tga {

inline constexpr std::size_t header_bytes = 18, footer_bytes = 26;
inline constexpr std::string_view signature{"TRUEVISION-XFILE.\0", 18};  // the end of a footer

struct Header {
  unsigned id_bytes = 0, kind = 0;  // kind: 1 palette, 2 colours, 3 gray
  bool runs = false;                // run-length coded
  unsigned map_first = 0, map_count = 0, map_bits = 0;
  bool has_map = false;
  std::uint32_t width = 0, height = 0;
  unsigned bits = 0, alpha_bits = 0;
  bool from_right = false, from_top = false;
};
// Return the header in these first bytes; nothing if they are not a TGA's, which has no mark of its own there.
[[nodiscard]] std::optional<Header> parse_header(std::span<const std::byte> head);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace tga

}  // namespace sl

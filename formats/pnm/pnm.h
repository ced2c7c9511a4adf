// The parts of the PNM family: headers, decoder and encoder.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "formats/format.h"

namespace sl {

// A parsed header.
struct PnmHeader {
  std::string_view family;  // "PPM"
  std::uint64_t width = 0, height = 0, depth = 1, maximum = 1;
  bool ascii = false;
  bool packed_bits = false;  // eight pixels in a byte
  bool real = false;         // PFM
  bool big_endian = true;    // PFM
  bool white_is_zero = false;
  std::string scale;     // PFM, if not 1
  std::string comments;  // their lines, without "#"
};

// Takes the header, up to the first byte of the raster. Throws Data; its numbers are checked each for itself, not their
// product.
[[nodiscard]] PnmHeader read_pnm_header(Source& source);

[[nodiscard]] constexpr bool pnm_is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
[[nodiscard]] constexpr bool pnm_is_digit(int c) { return c >= '0' && c <= '9'; }

extern const FormatInfo pnm_info;
[[nodiscard]] std::unique_ptr<Decoder> make_pnm_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_pnm_encoder(const EncodeContext& context);

}  // namespace sl

// APNG: PNG's chunks of an animation, both ways. https://www.w3.org/TR/png-3/#11Ani

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "formats/format.h"

namespace sl {

extern const FormatInfo apng_info;

// What a chunk fcTL says.
struct ApngControl {
  enum class Dispose : std::uint8_t { None, Background, Previous };
  enum class Blend : std::uint8_t { Source, Over };
  static constexpr std::size_t bytes = 26;

  std::uint32_t sequence = 0, width = 0, height = 0, left = 0, top = 0;
  std::uint16_t delay_num = 0, delay_den = 0;
  Dispose dispose = Dispose::None;
  Blend blend = Blend::Source;
};

// Return whether a PNG at the source's position is an animation: acTL with any frames precedes its pixels. Look ahead
// only.
[[nodiscard]] bool begins_animation(Source& source);

[[nodiscard]] std::unique_ptr<Decoder> make_apng_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_apng_encoder(const EncodeContext& context);

}  // namespace sl

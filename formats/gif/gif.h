// The halves of GIF, for its row in gif.cpp. https://www.w3.org/Graphics/GIF/spec-gif89a.txt

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "formats/format.h"

namespace sl {

extern const FormatInfo gif_info;

namespace gif {

// First bytes of blocks, and labels of extensions.
inline constexpr unsigned extension_mark = 0x21, picture_mark = 0x2c, trailer_mark = 0x3b;
inline constexpr unsigned control_label = 0xf9, comment_label = 0xfe, application_label = 0xff;
inline constexpr std::string_view loop_name = "NETSCAPE2.0", profile_name = "ICCRGBG1012", xmp_name = "XMP DataXMP";

enum class Disposal : std::uint8_t { Any, Keep, Background, Previous };  // what to do with a picture after its time

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace gif

}  // namespace sl

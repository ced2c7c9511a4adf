// A picture that belongs to a film or song as a whole, as FLAC's PICTURE block (RFC 9639, 8.8): the attachment `cover`.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "formats/av/av_media.h"

namespace sl::av {

struct Cover {
  std::uint32_t kind = 3;  // of ID3's APIC: 3 is the front
  std::string media_type, description;
  std::uint32_t width = 0, height = 0;
  std::string bytes;  // a picture file
};

[[nodiscard]] std::string write_cover(const Cover& cover);
// Throw Data if the block is broken.
[[nodiscard]] Cover read_cover(std::string_view block);

// Return the codec of a media type, and the inverse; AV_CODEC_ID_NONE and "" if unknown.
[[nodiscard]] AVCodecID cover_codec(std::string_view media_type);
[[nodiscard]] std::string_view cover_media_type(AVCodecID codec);
// Return ID3's name of a kind of picture, as FFmpeg keeps it in the tag `comment` of a cover's stream; and the inverse.
[[nodiscard]] std::string_view cover_kind_name(std::uint32_t kind);
[[nodiscard]] std::uint32_t cover_kind(std::string_view name);

}  // namespace sl::av

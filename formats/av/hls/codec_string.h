// What RFC 6381 calls a codec, for CODECS in playlists: "avc1.640028", "mp4a.40.2", "av01.0.08M.08".

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

// From the parameters, and for what they do not tell from the boxes of an initialization segment (or, of H.264 in a
// transport stream, from a packet). Empty where it cannot be told.
[[nodiscard]] std::string codec_string(const AVCodecParameters& parameters, std::span<const std::byte> init);

}  // namespace sl::av

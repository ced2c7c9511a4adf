// Codec names of RFC 6381, for CODECS in playlists: "avc1.640028", "mp4a.40.2", "av01.0.08M.08".

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "formats/av/av_media.h"

namespace sl::av {

// Return the name from the parameters; profile and level may be in the boxes of an initialization segment instead (or,
// for H.264 in a transport stream, in a packet). Empty if it is unknown.
[[nodiscard]] std::string codec_string(const AVCodecParameters& parameters, std::span<const std::byte> init);

}  // namespace sl::av

// How often an animation is shown, which FFmpeg reads and keeps to itself.

#pragma once

#include <cstdint>

#include "formats/av/av_media.h"
#include "libcore/bytes/source.h"

namespace sl::av {

// Return the `loop` of a track: times that a GIF or APNG is shown, 0 for ever; -1 for other formats. Look ahead only.
[[nodiscard]] std::int64_t loop_count(const AVInputFormat& format, Source& source);

}  // namespace sl::av

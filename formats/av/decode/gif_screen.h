// GIFs of old tools whose pictures are larger than the screen in their header. The header is wrong, not the picture
// (GIF89a, 20): other readers enlarge the screen, FFmpeg's decoder loses its place in the picture.

#pragma once

#include "formats/av/av_media.h"

namespace sl::av {

// If the packet begins with a GIF's header, and a picture in it is larger than the screen, return a copy with a larger
// screen; otherwise null.
[[nodiscard]] PacketPtr with_gif_screen(const AVPacket& packet);

}  // namespace sl::av

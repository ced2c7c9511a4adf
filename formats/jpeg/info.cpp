// JPEG's names and first bytes.

#include "formats/format_info.h"

namespace sl {

namespace {

// A third byte other than FF is damage. The decoder here reports it, and FFmpeg's would not.
bool sniff(std::span<const std::byte> head) {
  return head.size() >= 2 && head[0] == std::byte{0xff} && head[1] == std::byte{0xd8};
}

}  // namespace

extern const FormatInfo jpeg_info;
const FormatInfo jpeg_info{
    .name = "JPEG",
    .extensions = "jpg jpeg jpe jfif",
    .note = "progressive JPEG keeps 3 bytes a pixel and more in memory, both ways",
    .animation = false,
    .sniff = sniff,
    .carries =
        {.icc = true, .exif = true, .xmp = true, .iptc = true, .comment = true, .density = true, .pixel_shape = true},
};

}  // namespace sl

// Attachments: bytes that belong to a track or to the whole stream.

#pragma once

#include <cstdint>
#include <string>

namespace sl {

struct Attachment {
  std::string name;  // `icc`, `exif` (from the TIFF header on), `xmp`, ...
  std::string bytes;
  std::uint8_t flags = 0;  // bit 0: for the next frame only; bit 1: tied to these pixels
  bool operator==(const Attachment&) const = default;
};

}  // namespace sl

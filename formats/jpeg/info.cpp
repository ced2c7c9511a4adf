// JPEG's names and first bytes.

#include <algorithm>
#include <array>

#include "formats/format_info.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  constexpr std::array start{std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
  if (head.size() < 2) return false;
  const std::size_t shown = std::min(head.size(), start.size());
  return std::equal(start.begin(), start.begin() + static_cast<std::ptrdiff_t>(shown), head.begin());
}

}  // namespace

extern const FormatInfo jpeg_info;
const FormatInfo jpeg_info{
    .name = "JPEG",
    .extensions = "jpg jpeg jpe jfif",
    .note = "progressive JPEG keeps 3 bytes a pixel and more in memory, both ways",
    .animation = false,
    .sniff = sniff,
};

}  // namespace sl

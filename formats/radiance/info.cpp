// Radiance HDR's name and first bytes.

#include <string_view>

#include "formats/radiance/radiance.h"

namespace sl {

namespace {

bool sniff(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("#?RADIANCE") || text.starts_with("#?RGBE");
}

}  // namespace

const FormatInfo radiance_info{
    .name = "Radiance",
    .extensions = "hdr rgbe pic xyze",
    .note = "light without an upper bound, which codes of sRGB are turned into",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = nullptr,
    .carries = {.color = true, .comment = true},
};

}  // namespace sl

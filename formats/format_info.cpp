// The one table to recognise light formats by their first bytes.

#include "formats/format_info.h"

#include <algorithm>
#include <array>

namespace sl {

extern const FormatInfo jpeg_info, png_info, webp_info, pnm_info;

const FormatInfo* recognise_format(std::span<const std::byte> head) {
  static constexpr std::array table{&jpeg_info, &png_info, &webp_info, &pnm_info};
  const auto found = std::ranges::find_if(table, [&](const FormatInfo* info) { return info->sniff(head); });
  return found == table.end() ? nullptr : *found;
}

}  // namespace sl

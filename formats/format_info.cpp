// The one table to recognise light formats by their first bytes.

#include "formats/format_info.h"

#include <algorithm>
#include <array>

namespace sl {

extern const FormatInfo jpeg_info, png_info, webp_info, pnm_info;

namespace {

constexpr std::array table{&jpeg_info, &png_info, &webp_info, &pnm_info};

}  // namespace

const FormatInfo* recognise_format(std::span<const std::byte> head) {
  const auto found = std::ranges::find_if(table, [&](const FormatInfo* info) { return info->sniff(head); });
  return found == table.end() ? nullptr : *found;
}

bool is_surely_picture(std::span<const std::byte> head) {
  return std::ranges::any_of(table, [&](const FormatInfo* info) {
    return info->sniff(head) && (info->sniff_surely == nullptr || info->sniff_surely(head));
  });
}

}  // namespace sl

// The one table of light formats.

#include <algorithm>
#include <array>
#include <cctype>

#include "formats/format.h"

namespace sl {

extern const Format jpeg_format, png_format, webp_format, pnm_format;

namespace {

constexpr std::array<const Format*, 4> table{&jpeg_format, &png_format, &webp_format, &pnm_format};

}  // namespace

std::span<const Format* const> formats() { return table; }

const Format* find_format_by_extension(std::string_view extension) {
  std::string lower(extension);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Format* format : table) {
    std::string_view rest = format->info.extensions;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      if (word == lower) return format;
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
  }
  return nullptr;
}

const Format* find_format_by_content(std::span<const std::byte> head) {
  const FormatInfo* info = recognise_format(head);
  const auto found = std::ranges::find_if(table, [&](const Format* format) { return &format->info == info; });
  return found == table.end() ? nullptr : *found;
}

}  // namespace sl

// The one table of formats, their names and their first bytes.

#include "formats/format_info.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "libcore/bytes/source.h"

namespace sl {

extern const FormatInfo jpeg_info, png_info, webp_info, pnm_info, tiff_info, heif_info, jxl_info, svg_info, pdf_info,
    exr_info, jp2_info, raw_info;
extern const FormatInfo bmp_info, ico_info, qoi_info, farbfeld_info, tga_info, apng_info, gif_info, radiance_info,
    bare_info, csv_info;

namespace {

// APNG comes before PNG, which it is too; TGA, which has the weakest mark, comes after all others. Raw pixels and CSV
// have no mark.
constexpr std::array table{&jpeg_info,     &apng_info, &png_info,  &webp_info, &pnm_info, &tiff_info,
                           &heif_info,     &jxl_info,  &svg_info,  &pdf_info,  &exr_info, &jp2_info,
                           &raw_info,      &gif_info,  &bmp_info,  &ico_info,  &qoi_info, &farbfeld_info,
                           &radiance_info, &tga_info,  &bare_info, &csv_info};

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (word == wanted) return true;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return false;
}

}  // namespace

std::span<const FormatInfo* const> format_infos() { return table; }

const FormatInfo* find_format_info(std::string_view extension) {
  std::string lower(extension);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found =
      std::ranges::find_if(table, [&](const FormatInfo* info) { return has_word(info->extensions, lower); });
  return found == table.end() ? nullptr : *found;
}

const FormatInfo* recognise_format(std::span<const std::byte> head) {
  const auto found = std::ranges::find_if(table, [&](const FormatInfo* info) { return info->sniff(head); });
  return found == table.end() ? nullptr : *found;
}

const FormatInfo* recognise_format(Source& source) {
  for (const FormatInfo* info : table) {
    if (info->suspects == nullptr || !info->suspects(source.peek(sniff_bytes))) continue;
    if (info->sniff(source.peek(far_sniff_bytes))) return info;
  }
  return recognise_format(source.peek(sniff_bytes));
}

bool is_surely_picture(std::span<const std::byte> head) {
  return std::ranges::any_of(table, [&](const FormatInfo* info) {
    return info->helper.empty() && info->sniff(head) && (info->sniff_surely == nullptr || info->sniff_surely(head));
  });
}

}  // namespace sl

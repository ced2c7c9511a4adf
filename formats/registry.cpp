// The one table of light formats: those whose codec sl-decode and sl-encode link.

#include <algorithm>
#include <array>

#include "formats/format.h"

namespace sl {

extern const Format jpeg_format, png_format, webp_format, pnm_format;
extern const Format bmp_format, ico_format, qoi_format, farbfeld_format, tga_format, apng_format, radiance_format,
    bare_format, csv_format;

namespace {

constexpr std::array table{&jpeg_format,     &png_format,  &apng_format, &webp_format,     &pnm_format,
                           &bmp_format,      &ico_format,  &qoi_format,  &farbfeld_format, &tga_format,
                           &radiance_format, &bare_format, &csv_format};

}  // namespace

const Format* find_format(const FormatInfo* info) {
  const auto found = std::ranges::find(table, info, [](const Format* format) { return &format->info; });
  return found == table.end() ? nullptr : *found;
}

const Format* find_format_by_content(std::span<const std::byte> head) { return find_format(recognise_format(head)); }

}  // namespace sl

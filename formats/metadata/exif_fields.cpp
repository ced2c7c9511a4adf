// Specification: CIPA DC-008 (Exif 2.32), 4.5 (thumbnails), 4.6.4 (ImageWidth, XResolution), 4.6.5 (PixelXDimension).

#include "formats/metadata/exif_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "formats/metadata/tiff_edit.h"

namespace sl {
namespace {

using namespace std::literals;
using tiff::add_entries, tiff::Directory, tiff::Entry, tiff::load, tiff::store, tiff::store_entry;

enum Tag : std::uint16_t {
  ImageWidth = 0x0100,
  ImageLength = 0x0101,
  Compression = 0x0103,
  StripOffsets = 0x0111,
  StripByteCounts = 0x0117,
  XResolution = 0x011a,
  YResolution = 0x011b,
  ResolutionUnit = 0x0128,
  ThumbnailOffset = 0x0201,
  ThumbnailLength = 0x0202,
  ExifDirectory = 0x8769,
  PixelXDimension = 0xa002,
  PixelYDimension = 0xa003,
};

constexpr std::string_view empty_exif = "II*\0\x08\0\0\0\0\0\0\0\0\0"sv;  // a directory without entries

// An integer entry of one value.
std::optional<std::uint32_t> integer(std::string_view bytes, const Directory& directory, std::uint16_t tag) {
  const auto entry = tiff::find_entry(bytes, directory, tag);
  if (!entry) return std::nullopt;
  const auto type = load(bytes, *entry + tiff::type_offset, 2, directory.big_endian);
  if (load(bytes, *entry + tiff::count_offset, 4, directory.big_endian) != 1) return std::nullopt;
  if (type != tiff::Short && type != tiff::Long) return std::nullopt;
  return load(bytes, *entry + tiff::value_offset, type == tiff::Short ? 2 : 4, directory.big_endian);
}

void set_integer(std::string& exif, const Directory& directory, std::uint16_t tag, std::uint32_t value) {
  if (!integer(exif, directory, tag)) return;
  store_entry(exif, *tiff::find_entry(exif, directory, tag), {tag, tiff::Long, 1, value}, directory.big_endian);
}

// Where the numerator of a ratio is.
std::optional<std::size_t> ratio_place(std::string_view exif, const Directory& directory, std::uint16_t tag) {
  const auto entry = tiff::find_entry(exif, directory, tag);
  if (!entry || load(exif, *entry + tiff::type_offset, 2, directory.big_endian) != tiff::Ratio) return std::nullopt;
  const std::size_t place = load(exif, *entry + tiff::value_offset, 4, directory.big_endian);
  if (exif.size() < 8 || place > exif.size() - 8) return std::nullopt;
  return place;
}

void store_ratio(std::string& exif, std::size_t place, double value, bool big_endian) {
  const double whole = std::round(value);
  const bool exact = std::abs(whole - value) < 1e-6 * value;
  const std::uint32_t denominator = exact || value > 4e5 ? 1 : 10000;
  store(exif, place, static_cast<std::uint64_t>(std::llround(value * denominator)), 4, big_endian);
  store(exif, place + 4, denominator, 4, big_endian);
}

// Where the pointer to the directory of the thumbnail is.
std::optional<std::size_t> thumbnail_pointer(std::string_view exif) {
  const auto first = tiff::first_directory(exif);
  if (!first || first->next == 0) return std::nullopt;
  return first->entries + first->count * tiff::entry_bytes;
}

}  // namespace

void set_exif_size(std::string& exif, std::uint32_t width, std::uint32_t height) {
  const auto first = tiff::first_directory(exif);
  if (!first) return;
  set_integer(exif, *first, ImageWidth, width);
  set_integer(exif, *first, ImageLength, height);
  const auto pointer = integer(exif, *first, ExifDirectory);
  const auto second = pointer ? tiff::directory_at(exif, *pointer, first->big_endian) : std::nullopt;
  if (!second) return;
  set_integer(exif, *second, PixelXDimension, width);
  set_integer(exif, *second, PixelYDimension, height);
}

std::optional<Density> exif_density(std::string_view exif) {
  const auto directory = tiff::first_directory(exif);
  if (!directory) return std::nullopt;
  const std::uint32_t unit = integer(exif, *directory, ResolutionUnit).value_or(2);  // inches if it is missing
  if (unit != 2 && unit != 3) return std::nullopt;
  Density density{.unit = unit == 2 ? Density::Unit::Inch : Density::Unit::Centimetre};
  const auto read = [&](std::uint16_t tag, double& into) {
    const auto place = ratio_place(exif, *directory, tag);
    if (!place) return false;
    const double numerator = load(exif, *place, 4, directory->big_endian);
    const double denominator = load(exif, *place + 4, 4, directory->big_endian);
    if (numerator == 0 || denominator == 0) return false;
    into = numerator / denominator;
    return true;
  };
  if (!read(XResolution, density.x) || !read(YResolution, density.y)) return std::nullopt;
  return density;
}

void set_exif_density(std::string& exif, const Density& density, bool adds) {
  if (exif.empty() && adds) exif = empty_exif;
  const auto directory = tiff::first_directory(exif);
  if (!directory) return;
  const bool big_endian = directory->big_endian;
  const auto x = ratio_place(exif, *directory, XResolution), y = ratio_place(exif, *directory, YResolution);
  const auto unit = tiff::find_entry(exif, *directory, ResolutionUnit);
  const Density written =
      density.in(density.unit == Density::Unit::Centimetre ? Density::Unit::Centimetre : Density::Unit::Inch);
  const std::uint32_t number = written.unit == Density::Unit::Inch ? 2 : 3;
  if (x && y) {
    store_ratio(exif, *x, written.x, big_endian);
    store_ratio(exif, *y, written.y, big_endian);
    if (unit) {
      store_entry(exif, *unit, {ResolutionUnit, tiff::Short, 1, number}, big_endian);
    } else if (number != 2) {
      add_entries(exif, {{ResolutionUnit, tiff::Short, 1, number}});
    }
    return;
  }
  const bool some = tiff::find_entry(exif, *directory, XResolution) || tiff::find_entry(exif, *directory, YResolution);
  if (!adds || some || unit) return;
  if (exif.size() % 2 != 0) exif += '\0';
  const auto place = static_cast<std::uint32_t>(exif.size());
  exif.append(16, '\0');
  store_ratio(exif, place, written.x, big_endian);
  store_ratio(exif, place + 8, written.y, big_endian);
  add_entries(exif, {{XResolution, tiff::Ratio, 1, place},
                     {YResolution, tiff::Ratio, 1, place + 8},
                     {ResolutionUnit, tiff::Short, 1, number}});
}

std::optional<std::string> take_exif_thumbnail(std::string& exif) {
  const auto pointer = thumbnail_pointer(exif);
  if (!pointer) return std::nullopt;
  const Directory first = *tiff::first_directory(exif);
  const auto directory = tiff::directory_at(exif, first.next, first.big_endian);
  store(exif, *pointer, 0, 4, first.big_endian);
  if (!directory) return std::string();
  std::string jpeg;
  // Bytes that could be pixels: removed at the end of the blob, cleared within it.
  const auto clear = [&](std::size_t begin, std::size_t size) {
    if (begin < 8 || begin >= exif.size()) return;
    size = std::min(size, exif.size() - begin);
    std::fill_n(exif.begin() + static_cast<std::ptrdiff_t>(begin), size, '\0');
    if (begin + size == exif.size()) exif.resize(begin);
  };
  for (const auto& [offset_tag, length_tag] :
       {std::pair{ThumbnailOffset, ThumbnailLength}, std::pair{StripOffsets, StripByteCounts}}) {
    const auto offset = integer(exif, *directory, offset_tag), length = integer(exif, *directory, length_tag);
    if (!offset || !length || *offset > exif.size() || *length > exif.size() - *offset) continue;
    if (offset_tag == ThumbnailOffset) jpeg = exif.substr(*offset, *length);
    clear(*offset, *length);
  }
  return jpeg;
}

void put_exif_thumbnail(std::string& exif, std::string_view jpeg) {
  if (exif.empty()) exif = empty_exif;
  const auto first = tiff::first_directory(exif);
  if (!first || first->next != 0) return;
  const std::size_t pointer = first->entries + first->count * tiff::entry_bytes;
  if (pointer + 4 > exif.size()) return;
  const bool big_endian = first->big_endian;
  if (exif.size() % 2 != 0) exif += '\0';
  const std::size_t directory = exif.size();
  constexpr std::uint16_t entries = 6;
  const auto ratios = static_cast<std::uint32_t>(directory + 2 + entries * tiff::entry_bytes + 4);
  const std::uint32_t data = ratios + 16;
  exif.append(data - directory, '\0');
  store(exif, pointer, directory, 4, big_endian);
  store(exif, directory, entries, 2, big_endian);
  const std::array<Entry, entries> all{{{Compression, tiff::Short, 1, 6},
                                        {XResolution, tiff::Ratio, 1, ratios},
                                        {YResolution, tiff::Ratio, 1, ratios + 8},
                                        {ResolutionUnit, tiff::Short, 1, 2},
                                        {ThumbnailOffset, tiff::Long, 1, data},
                                        {ThumbnailLength, tiff::Long, 1, static_cast<std::uint32_t>(jpeg.size())}}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    store_entry(exif, directory + 2 + i * tiff::entry_bytes, all.at(i), big_endian);
  }
  store_ratio(exif, ratios, 72, big_endian);
  store_ratio(exif, ratios + 8, 72, big_endian);
  exif += jpeg;
}

}  // namespace sl

// The orientation tag of an EXIF blob. Specification: CIPA DC-008 (Exif 2.32), 4.5 and 4.6.4.

#include "formats/metadata/exif.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "formats/metadata/tiff_edit.h"

namespace sl {
namespace {

using tiff::Directory, tiff::first_directory, tiff::load;

constexpr std::uint16_t orientation_tag = 0x0112;

}  // namespace

std::string_view exif_without_prefix(std::string_view bytes) {
  using namespace std::literals;
  if (bytes.starts_with("Exif\0\0"sv)) bytes.remove_prefix(6);
  return bytes;
}

bool is_exif(std::string_view exif) { return first_directory(exif).has_value(); }

std::optional<int> exif_orientation(std::string_view exif) {
  const std::optional<Directory> directory = first_directory(exif);
  if (!directory) return std::nullopt;
  const std::optional<std::size_t> entry = tiff::find_entry(exif, *directory, orientation_tag);
  if (!entry) return std::nullopt;
  // The standard says one SHORT; some writers use BYTE or LONG.
  const std::uint32_t type = load(exif, *entry + tiff::type_offset, 2, directory->big_endian);
  const int size = type == tiff::Byte ? 1 : type == tiff::Short ? 2 : type == tiff::Long ? 4 : 0;
  if (size == 0 || load(exif, *entry + tiff::count_offset, 4, directory->big_endian) != 1) return std::nullopt;
  const std::uint32_t value = load(exif, *entry + tiff::value_offset, size, directory->big_endian);
  if (value < 1 || value > 8) return std::nullopt;
  return static_cast<int>(value);
}

std::string exif_with_orientation(std::string_view exif, int orientation) {
  using namespace std::literals;
  if (orientation < 1 || orientation > 8) orientation = 1;
  const tiff::Entry added{orientation_tag, tiff::Short, 1, static_cast<std::uint32_t>(orientation)};
  const std::optional<Directory> directory = first_directory(exif);
  std::string result(exif);
  if (const auto entry = directory ? tiff::find_entry(exif, *directory, orientation_tag) : std::nullopt) {
    tiff::store_entry(result, *entry, added, directory->big_endian);
    return result;
  }
  if (orientation == 1) return result;
  if (!directory || directory->count == 0xffff) result = "II*\0\x08\0\0\0"sv;
  tiff::add_entries(result, {added});
  return result;
}

}  // namespace sl

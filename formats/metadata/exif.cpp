// The orientation tag of an EXIF blob. Specification: CIPA DC-008 (Exif 2.32), 4.5 and 4.6.4.

#include "formats/metadata/exif.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "formats/metadata/tiff_directory.h"
#include "libcore/base/endian.h"

namespace sl {
namespace {

using tiff::Directory, tiff::entry_bytes, tiff::first_directory, tiff::load;

constexpr std::uint16_t orientation_tag = 0x0112;

template <class T>
void store(std::string& bytes, std::size_t at, T value, bool big_endian) {
  if (big_endian) {
    store_be(bytes.data() + at, value);
  } else {
    store_le(bytes.data() + at, value);
  }
}

void store_orientation(std::string& exif, std::size_t entry, int orientation, bool big_endian) {
  store<std::uint16_t>(exif, entry, orientation_tag, big_endian);
  store<std::uint16_t>(exif, entry + tiff::type_offset, tiff::Short, big_endian);
  store<std::uint32_t>(exif, entry + tiff::count_offset, 1, big_endian);
  store(exif, entry + tiff::value_offset, static_cast<std::uint16_t>(orientation), big_endian);
  store<std::uint16_t>(exif, entry + tiff::value_offset + 2, 0, big_endian);
}

// The blob with its first directory copied to the end, an orientation among its entries in the order of tags.
std::string with_added_orientation(std::string_view exif, const Directory& directory, int orientation) {
  const bool big_endian = directory.big_endian;
  std::string result(exif);
  if (result.size() % 2 != 0) result += '\0';  // directories begin at even offsets
  const std::size_t copy = result.size();
  std::size_t before = 0;
  while (before < directory.count &&
         load(exif, directory.entries + before * entry_bytes, 2, big_endian) < orientation_tag) {
    before++;
  }
  store(result, 4, static_cast<std::uint32_t>(copy), big_endian);
  result.append(2, '\0');
  store(result, copy, static_cast<std::uint16_t>(directory.count + 1), big_endian);
  result += exif.substr(directory.entries, before * entry_bytes);
  const std::size_t entry = result.size();
  result.append(entry_bytes, '\0');
  store_orientation(result, entry, orientation, big_endian);
  result += exif.substr(directory.entries + before * entry_bytes, (directory.count - before) * entry_bytes);
  const std::size_t next = result.size();
  result.append(4, '\0');
  store(result, next, directory.next, big_endian);
  return result;
}

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
  const std::optional<Directory> directory = first_directory(exif);
  if (directory) {
    const std::optional<std::size_t> entry = tiff::find_entry(exif, *directory, orientation_tag);
    if (entry) {
      std::string result(exif);
      store_orientation(result, *entry, orientation, directory->big_endian);
      return result;
    }
  }
  if (orientation == 1) return std::string(exif);
  if (directory && directory->count < 0xffff) return with_added_orientation(exif, *directory, orientation);
  return with_added_orientation("II*\0\x08\0\0\0"sv, {.entries = 8}, orientation);
}

}  // namespace sl

// The orientation tag of an EXIF blob. Specification: CIPA DC-008 (Exif 2.32), 4.5 and 4.6.4; TIFF 6.0, section 2.

#include "formats/exif.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sl {
namespace {

constexpr std::uint16_t orientation_tag = 0x0112, type_byte = 1, type_short = 3, type_long = 4;
constexpr std::size_t entry_bytes = 12, value_offset = 8;

// The first directory of a blob. Its entries are those that lie within the blob, however many it claims to have.
struct Directory {
  bool big_endian = false;
  std::size_t entries = 0;  // offset of the first entry
  std::size_t count = 0;
  std::uint32_t next = 0;  // offset of the second directory (the thumbnail's), 0 if there is none
};

std::uint32_t load(std::string_view bytes, std::size_t at, int size, bool big_endian) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; i++) {
    const auto byte = static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(big_endian ? i : size - 1 - i)]);
    value = value << 8 | byte;
  }
  return value;
}

void store(std::string& bytes, std::size_t at, std::uint32_t value, int size, bool big_endian) {
  for (int i = 0; i < size; i++) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> shift & 0xff);
  }
}

std::optional<Directory> first_directory(std::string_view exif) {
  using namespace std::literals;
  Directory directory;
  if (exif.starts_with("MM\0*"sv)) {
    directory.big_endian = true;
  } else if (!exif.starts_with("II*\0"sv)) {
    return std::nullopt;
  }
  if (exif.size() < 8) return std::nullopt;
  const std::size_t offset = load(exif, 4, 4, directory.big_endian);
  if (offset < 8 || offset > exif.size() - 2) return std::nullopt;
  directory.entries = offset + 2;
  const std::size_t claimed = load(exif, offset, 2, directory.big_endian);
  const std::size_t room = (exif.size() - directory.entries) / entry_bytes;
  directory.count = claimed < room ? claimed : room;
  const std::size_t end = directory.entries + directory.count * entry_bytes;
  if (directory.count == claimed && exif.size() - end >= 4) directory.next = load(exif, end, 4, directory.big_endian);
  return directory;
}

// The offset of the orientation's entry.
std::optional<std::size_t> find_orientation(std::string_view exif, const Directory& directory) {
  for (std::size_t i = 0; i < directory.count; i++) {
    const std::size_t entry = directory.entries + i * entry_bytes;
    if (load(exif, entry, 2, directory.big_endian) == orientation_tag) return entry;
  }
  return std::nullopt;
}

void store_orientation(std::string& exif, std::size_t entry, int orientation, bool big_endian) {
  store(exif, entry, orientation_tag, 2, big_endian);
  store(exif, entry + 2, type_short, 2, big_endian);
  store(exif, entry + 4, 1, 4, big_endian);
  store(exif, entry + value_offset, static_cast<std::uint32_t>(orientation), 2, big_endian);
  store(exif, entry + value_offset + 2, 0, 2, big_endian);
}

// The blob with its first directory copied to the end, an orientation among its entries in the order of tags.
std::string with_added_orientation(std::string_view exif, const Directory& directory, int orientation) {
  const bool big_endian = directory.big_endian;
  std::string result(exif);
  if (result.size() % 2 != 0) result += '\0';  // directories begin on a word boundary
  const std::size_t copy = result.size();
  std::size_t before = 0;
  while (before < directory.count &&
         load(exif, directory.entries + before * entry_bytes, 2, big_endian) < orientation_tag) {
    before++;
  }
  store(result, 4, static_cast<std::uint32_t>(copy), 4, big_endian);
  result.append(2, '\0');
  store(result, copy, static_cast<std::uint32_t>(directory.count + 1), 2, big_endian);
  result += exif.substr(directory.entries, before * entry_bytes);
  const std::size_t entry = result.size();
  result.append(entry_bytes, '\0');
  store_orientation(result, entry, orientation, big_endian);
  result += exif.substr(directory.entries + before * entry_bytes, (directory.count - before) * entry_bytes);
  const std::size_t next = result.size();
  result.append(4, '\0');
  store(result, next, directory.next, 4, big_endian);
  return result;
}

}  // namespace

std::string_view exif_without_prefix(std::string_view bytes) {
  using namespace std::literals;
  if (bytes.starts_with("Exif\0\0"sv)) bytes.remove_prefix(6);
  return bytes;
}

bool is_exif(std::string_view exif) { return first_directory(exif).has_value(); }

int exif_orientation(std::string_view exif) {
  const std::optional<Directory> directory = first_directory(exif);
  if (!directory) return 1;
  const std::optional<std::size_t> entry = find_orientation(exif, *directory);
  if (!entry) return 1;
  // It has to be one SHORT; writers of BYTE and LONG are about.
  const std::uint32_t type = load(exif, *entry + 2, 2, directory->big_endian);
  const int size = type == type_byte ? 1 : type == type_short ? 2 : type == type_long ? 4 : 0;
  if (size == 0 || load(exif, *entry + 4, 4, directory->big_endian) != 1) return 1;
  const std::uint32_t value = load(exif, *entry + value_offset, size, directory->big_endian);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::string exif_with_orientation(std::string_view exif, int orientation) {
  using namespace std::literals;
  if (orientation < 1 || orientation > 8) orientation = 1;
  const std::optional<Directory> directory = first_directory(exif);
  if (directory) {
    const std::optional<std::size_t> entry = find_orientation(exif, *directory);
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

// Directories of a TIFF structure.

#include "formats/metadata/tiff_directory.h"

#include <array>

#include "libcore/base/endian.h"

namespace sl::tiff {

std::uint32_t load(std::string_view bytes, std::size_t at, int size, bool big_endian) {
  const char* from = bytes.data() + at;
  if (size == 1) return static_cast<unsigned char>(*from);
  if (size == 2) return big_endian ? load_be<std::uint16_t>(from) : load_le<std::uint16_t>(from);
  return big_endian ? load_be<std::uint32_t>(from) : load_le<std::uint32_t>(from);
}

std::optional<Directory> first_directory(std::string_view bytes) {
  using namespace std::literals;
  const bool big_endian = bytes.starts_with("MM\0*"sv);
  if (!big_endian && !bytes.starts_with("II*\0"sv)) return std::nullopt;
  if (bytes.size() < 8) return std::nullopt;
  return directory_at(bytes, load(bytes, 4, 4, big_endian), big_endian);
}

std::optional<Directory> directory_at(std::string_view bytes, std::size_t offset, bool big_endian) {
  if (bytes.size() < 2 || offset < 8 || offset > bytes.size() - 2) return std::nullopt;
  Directory directory;
  directory.big_endian = big_endian;
  directory.entries = offset + 2;
  const std::size_t claimed = load(bytes, offset, 2, directory.big_endian);
  const std::size_t room = (bytes.size() - directory.entries) / entry_bytes;
  directory.count = claimed < room ? claimed : room;
  const std::size_t end = directory.entries + directory.count * entry_bytes;
  if (directory.count == claimed && bytes.size() - end >= 4) directory.next = load(bytes, end, 4, directory.big_endian);
  return directory;
}

std::optional<std::size_t> find_entry(std::string_view bytes, const Directory& directory, std::uint16_t tag) {
  for (std::size_t i = 0; i < directory.count; i++) {
    const std::size_t entry = directory.entries + i * entry_bytes;
    if (load(bytes, entry, 2, directory.big_endian) == tag) return entry;
  }
  return std::nullopt;
}

std::uint64_t value_bytes(std::string_view bytes, std::size_t at, bool big_endian) {
  constexpr std::array<std::uint64_t, 14> sizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};  // by type
  const std::uint32_t type = load(bytes, at + type_offset, 2, big_endian);
  return (type < sizes.size() ? sizes.at(type) : 0) * load(bytes, at + count_offset, 4, big_endian);
}

}  // namespace sl::tiff

// Directories of a TIFF structure, as EXIF and the index of multi-picture JPEGs hold it. Specification:
// TIFF 6.0, section 2. Any bytes may be given.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sl::tiff {

enum Type : std::uint16_t { Byte = 1, Ascii = 2, Short = 3, Long = 4, Ratio = 5, Undefined = 7 };

// An entry holds tag (2 bytes), type (2), number of values (4), and the values if they fit in 4 bytes, else their
// offset from the start.
inline constexpr std::size_t entry_bytes = 12, type_offset = 2, count_offset = 4, value_offset = 8;

// Its entries are those that lie within the bytes, however many it claims to have.
struct Directory {
  bool big_endian = false;
  std::size_t entries = 0;  // offset of the first entry
  std::size_t count = 0;
  std::uint32_t next = 0;  // offset of the following directory, 0 for none
};

// Return nothing unless `bytes` begin with a TIFF header ("II*\0" or "MM\0*") and contain its first directory.
[[nodiscard]] std::optional<Directory> first_directory(std::string_view bytes);

// Return the directory at this offset of such a structure; nothing if it does not begin within `bytes`.
[[nodiscard]] std::optional<Directory> directory_at(std::string_view bytes, std::size_t offset, bool big_endian);

// The offset of the entry with this tag.
[[nodiscard]] std::optional<std::size_t> find_entry(std::string_view bytes, const Directory& directory,
                                                    std::uint16_t tag);

// Return how many bytes the values of the entry at `at` have; 0 for an unknown type.
[[nodiscard]] std::uint64_t value_bytes(std::string_view bytes, std::size_t at, bool big_endian);

// The integer of `size` bytes (1, 2 or 4) at this offset, which lie within `bytes`.
[[nodiscard]] std::uint32_t load(std::string_view bytes, std::size_t at, int size, bool big_endian);

}  // namespace sl::tiff

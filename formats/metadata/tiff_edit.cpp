// Entries of a TIFF structure. Specification: TIFF 6.0, section 2.

#include "formats/metadata/tiff_edit.h"

#include <algorithm>

namespace sl::tiff {

void store(std::string& bytes, std::size_t at, std::uint64_t value, int size, bool big_endian) {
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> shift);
  }
}

void store_entry(std::string& bytes, std::size_t at, const Entry& entry, bool big_endian) {
  store(bytes, at, entry.tag, 2, big_endian);
  store(bytes, at + type_offset, entry.type, 2, big_endian);
  store(bytes, at + count_offset, entry.count, 4, big_endian);
  store(bytes, at + value_offset, 0, 4, big_endian);
  store(bytes, at + value_offset, entry.value, entry.type == Short ? 2 : 4, big_endian);
}

void add_entries(std::string& bytes, std::vector<Entry> entries) {
  const Directory old = first_directory(bytes).value_or(Directory{.big_endian = bytes.starts_with('M'), .entries = 8});
  if (bytes.size() % 2 != 0) bytes += '\0';
  const auto tag_at = [&](std::size_t i) { return load(bytes, old.entries + i * entry_bytes, 2, old.big_endian); };
  const std::size_t copy = bytes.size(), count = old.count + entries.size();
  std::string directory(2 + count * entry_bytes + 4, '\0');
  store(directory, 0, count, 2, old.big_endian);
  std::ranges::sort(entries, {}, &Entry::tag);
  std::size_t at = 2, taken = 0;
  for (const Entry& entry : entries) {
    for (; taken < old.count && tag_at(taken) < entry.tag; ++taken, at += entry_bytes) {
      directory.replace(at, entry_bytes, bytes, old.entries + taken * entry_bytes, entry_bytes);
    }
    store_entry(directory, at, entry, old.big_endian);
    at += entry_bytes;
  }
  const std::size_t left = (old.count - taken) * entry_bytes;
  directory.replace(at, left, bytes, old.entries + taken * entry_bytes, left);
  store(directory, at + left, old.next, 4, old.big_endian);
  bytes += directory;
  store(bytes, 4, copy, 4, old.big_endian);
}

}  // namespace sl::tiff

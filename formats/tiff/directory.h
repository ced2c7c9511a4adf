// The directories of a TIFF or BigTIFF file as they are stored, for what libtiff does not show: the chain of pages, and
// metadata. Any bytes may be given.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl::tiff {

// Seek to this offset from `start`; return false if that is surely after the end.
[[nodiscard]] bool seek_in(Source& source, std::uint64_t start, std::uint64_t offset);

// An entry of a directory; its value is in `field`, or at the offset that `field` holds.
struct FileEntry {
  std::uint16_t tag = 0, type = 0;
  std::uint64_t count = 0;
  std::string field;  // 4 bytes, or 8 of BigTIFF
};

struct FileDirectory {
  std::vector<FileEntry> entries;
  std::uint64_t next = 0;  // offset of the following directory, 0 for none
};

// Reads from a source that can seek. Offsets count from `start`. Throws Limit if all that was read is over
// --max-metadata.
class FileStructure {
 public:
  FileStructure(Source& source, std::uint64_t start);

  [[nodiscard]] bool big_endian() const { return big_endian_; }
  [[nodiscard]] bool is_big_tiff() const { return big_; }
  // Return the offset of the first directory, 0 for none.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  // Return the directory at this offset; nothing unless all of it is in the file. Of one that is `below` another the
  // offset of the next may be missing, as some writers forget it.
  [[nodiscard]] std::optional<FileDirectory> directory(std::uint64_t offset, bool below = false);
  // Return the bytes of the value, as they are stored; fewer if the file ends before.
  [[nodiscard]] std::string value(const FileEntry& entry);
  // Return the integers of the entry, none for other types.
  [[nodiscard]] std::vector<std::uint64_t> numbers(const FileEntry& entry);
  // Return the integers, or the first one, of the entry with this tag.
  [[nodiscard]] std::vector<std::uint64_t> numbers(const FileDirectory& directory, std::uint16_t tag);
  [[nodiscard]] std::optional<std::uint64_t> number(const FileDirectory& directory, std::uint16_t tag);
  // Count the strips or tiles of a directory for end(), and those of the directories below it.
  void count_samples(const FileDirectory& directory);
  // Return the offset after the last byte that is counted or that a directory read so far names, as far as the file
  // goes.
  [[nodiscard]] std::uint64_t end() const;
  // Return the integer of 2, 4 or 8 bytes at this place of `bytes`.
  [[nodiscard]] std::uint64_t load(const std::string& bytes, std::size_t at, std::size_t size) const;

 private:
  std::string bytes(std::uint64_t offset, std::uint64_t size);
  void reach(std::uint64_t offset, std::uint64_t size);
  void count_own_samples(const FileDirectory& directory);

  Source& source_;
  std::uint64_t start_, first_ = 0, total_ = 0, end_ = 0;
  bool big_endian_ = false, big_ = false;
};

// Return the bytes of one value of a type, 0 for an unknown type.
[[nodiscard]] std::uint64_t type_bytes(std::uint16_t type);

}  // namespace sl::tiff

// Functions that change and add entries of a TIFF structure. Existing values keep their places, because maker notes
// hold absolute offsets.

#pragma once

#include <vector>

#include "formats/metadata/tiff_directory.h"

namespace sl::tiff {

// An entry of one value of at most 4 bytes, or of values elsewhere.
struct Entry {
  std::uint16_t tag, type;
  std::uint32_t count, value;  // the value itself, or its offset
};

// Store the integer in `size` bytes at this offset, which lie within `bytes`.
void store(std::string& bytes, std::size_t at, std::uint64_t value, int size, bool big_endian);
void store_entry(std::string& bytes, std::size_t at, const Entry& entry, bool big_endian);

// Copy the first directory to the end, with these further entries in the order of their tags. A header alone (8 bytes)
// gets its first directory.
void add_entries(std::string& bytes, std::vector<Entry> entries);

}  // namespace sl::tiff

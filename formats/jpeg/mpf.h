// Multi-picture files: a JPEG with an index, in an APP2 segment, of further JPEGs that are appended to it: previews,
// depth and gain maps, the second eye. They are parts of that picture and not the next one of a sequence: a decoder
// skips them.
//
// An index is often out of date: tools that copy the segment drop or move the pictures that it lists, or write it
// without sizes. A picture is taken from the source if it begins at its listed position, or directly here and has the
// listed size. Any other one is the next of a sequence.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl::jpeg {

// According to the index: its position in the source, and its size, or 0.
struct AppendedPicture {
  std::uint64_t begin, size;
};

// Whether this APP2 segment, without marker and length, is an index.
[[nodiscard]] bool is_mpf(std::string_view segment);

// Return the pictures that the index in this APP2 segment (without marker and length, beginning at `position` of the
// source) lists, in the order of the source; nothing if the segment is no index or a malformed one.
[[nodiscard]] std::vector<AppendedPicture> read_mpf(std::string_view segment, std::uint64_t position);

// Skip the pictures that exist, and return their number. `source` is at the first byte after the first picture's EOI.
std::size_t skip_appended(Source& source, std::span<const AppendedPicture> pictures);

}  // namespace sl::jpeg

// Multi-picture files: a JPEG with an index, in an APP2 segment, of further JPEGs that are appended to it: previews,
// depth and gain maps, the second eye. They are parts of that picture and not the next one of a sequence: a decoder
// leaves its source behind them.
//
// An index is a promise that often no longer holds: tools that copy the segment drop or move what it tells of. Nothing
// is taken from the source but pictures that do begin where the index says.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl::jpeg {

// Where it should lie in the source.
struct AppendedPicture {
  std::uint64_t begin, end;
};

// What the index in this APP2 segment (without marker and length, beginning at `position` of the source) tells of, in
// the order of the source; nothing where the segment is no index or a malformed one.
[[nodiscard]] std::vector<AppendedPicture> read_mpf(std::string_view segment, std::uint64_t position);

// Passes over those that are there. `source` stands behind the first picture's EOI.
void skip_appended(Source& source, std::span<const AppendedPicture> pictures);

}  // namespace sl::jpeg

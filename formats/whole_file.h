// All bytes of a source, for libraries that read files in any order.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl {

// Read up to the end. Memory is taken as bytes come. Throw Limit above --max-memory; `what`: "a HEIF file".
[[nodiscard]] std::vector<std::byte> read_whole(Source& source, std::string_view what);

}  // namespace sl

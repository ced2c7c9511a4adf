// All bytes of a source, for libraries that read files in any order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl {

// Read up to the end, and not more than `most`. Memory is taken as bytes come. Throw Limit above --max-memory; `what`:
// "a HEIF file".
[[nodiscard]] std::vector<std::byte> read_whole(Source& source, std::string_view what,
                                                std::uint64_t most = ~std::uint64_t{0});

}  // namespace sl

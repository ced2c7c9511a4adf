// What FFmpeg drops, ignores or makes up of stills without a word: read from their bytes beside it.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl::av {

struct StillFacts {
  std::vector<std::pair<std::string, std::string>> left_out;  // what, why
};

// Read the facts of a still in its header phase, and all of its bytes with them; nothing from other formats. Throw
// Data if FFmpeg would give pixels that are not there; with `salvage` that is among `left_out`.
[[nodiscard]] StillFacts still_facts(Source& source, bool salvage);

}  // namespace sl::av

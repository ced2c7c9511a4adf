// What FFmpeg drops, ignores or makes up of stills without a word: read from their bytes beside it. QOI, Sun raster
// and AVIF.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/media/attachment.h"

namespace sl::av {

struct StillFacts {
  std::vector<Attachment> attachments;                        // `exif` with an orientation only
  std::vector<std::pair<std::string, std::string>> left_out;  // what, why
};

// Read the facts of a still in its header phase, and all of its bytes with them; nothing from other formats. Throw
// Data, naming the kind, if FFmpeg would give wrong pixels; with `salvage` that is among `left_out`.
[[nodiscard]] StillFacts still_facts(Source& source, bool salvage);

}  // namespace sl::av

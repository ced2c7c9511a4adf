// Seeking in a pipe, for what FFmpeg cannot read in one pass. An MP4 whose index follows its samples, and other
// containers in which it goes back, are kept in memory, then in a temporary file without a name. Stills are read into
// memory.

#pragma once

#include <cstdint>
#include <vector>

#include "formats/input/spool.h"

namespace sl::av {

class Spool {
 public:
  // `limit` in bytes, read at the first use.
  explicit Spool(const std::int64_t& limit) : spool_(limit) {}

  // Look at the start of a source that cannot seek; if it is such a container, replace it by one that can. Call before
  // the sandbox closes, as this makes the file.
  void take_if_needed(Source& source);

 private:
  void take_still(Source& source);

  sl::Spool spool_;
  std::vector<std::byte> still_;
};

}  // namespace sl::av

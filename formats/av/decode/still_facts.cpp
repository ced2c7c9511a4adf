// Whether all of a still's bytes are there.

#include "formats/av/decode/still_facts.h"

#include <algorithm>

#include "formats/av/read/raster_ends.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

using namespace std::literals;

// The rest of the input, in memory.
std::string_view whole(Source& source) {
  for (std::size_t size = 1 << 20;; size *= 2) {
    const auto bytes = source.peek(size);
    if (bytes.size() < size) return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    check_memory(source.name(), size * 2, "a still that FFmpeg decodes");
  }
}

}  // namespace

StillFacts still_facts(Source& source, bool salvage) {
  const auto start = source.peek(16);
  const std::string head(reinterpret_cast<const char*>(start.data()), std::min<std::size_t>(start.size(), 16));
  StillFacts facts;
  const auto fail = [&](const std::string& what) {
    if (!salvage) throw Error(Status::Data, source.name() + ": " + what);
    facts.left_out.emplace_back(what, "--salvage");
  };
  StillFacts found;
  if (const RasterEnd end_of = find_raster_end(head)) {
    const std::string_view bytes = whole(source);
    const auto end = end_of(bytes);
    if (!end) fail("is truncated: its data ends before the last pixel");
    if (end && *end < bytes.size()) {
      found.left_out.emplace_back(std::to_string(bytes.size() - *end) + " bytes after the picture", "FFmpeg reads one");
    }
  }
  found.left_out.insert(found.left_out.begin(), facts.left_out.begin(), facts.left_out.end());
  return found;
}

}  // namespace sl::av

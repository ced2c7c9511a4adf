// Sound as samples alone, in: "s16le:2:48000".

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/wire/writer.h"

namespace sl {

class Source;

struct PcmShape {
  std::string_view name;  // FFmpeg's, as s24be
  char kind = 's';        // s, u (with an offset) or f
  std::size_t bytes = 0;  // of a sample
  bool big_endian = false;
  std::uint32_t channels = 0, rate = 0;
};

// Parse FORMAT:CHANNELS:RATE. Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, PcmShape& shape);

// Write all of the source as a stream of sound. Samples that the wire lacks are widened without loss; those of f64 are
// rounded. Throw Data if it ends inside a sample; with `salvage` it is left out, with a warning.
void pass_pcm(Source& source, const PcmShape& shape, bool salvage, Writer& out);

}  // namespace sl

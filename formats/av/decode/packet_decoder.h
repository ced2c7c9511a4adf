// Decodes a wire of compressed tracks, for a stage that needs pixels.

#pragma once

#include "formats/av/decode/settings.h"
#include "libcore/bytes/source.h"
#include "libcore/wire/writer.h"

namespace sl::av {

// Decode all streams of the input; tracks that are not compressed pass through.
void decode_wire(const DecodeSettings& settings, Source& source, Writer& out);

}  // namespace sl::av

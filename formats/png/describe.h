// What a PNG's header says of its pixels besides their layout: bits, color, density, background.

#pragma once

#include <png.h>

#include <cstdint>
#include <functional>
#include <string>

#include "formats/format.h"
#include "formats/png/metadata.h"
#include "libcore/media/track.h"

namespace sl {

// A header that libpng has read.
struct PngHeader {
  png_structp png;
  png_infop info;
  int depth, color_type;         // in the file, before libpng expands them
  std::uint64_t metadata_bytes;  // of the chunks kept so far
  std::string name;              // the input's
  std::function<void(const std::string&)> warn;
  LeftOut left_out;
};

// Describe it in the track, whose pixels are chosen, and in `metadata`. Throw Limit for a profile over the limit.
void describe_png(const PngHeader& header, Track& track, PngMetadata& metadata);

}  // namespace sl

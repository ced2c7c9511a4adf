// How the pixels of a page are stored, and which pixels of the wire they become.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "formats/tiff/file.h"
#include "libcore/media/track.h"

namespace sl::tiff {

// What a pixel's samples are.
enum class Colours : std::uint8_t {
  Gray,
  Rgb,
  Palette,
  Cmyk,
  Lab,      // L*, a*, b*, the last two signed
  IccLab,   // the same, all unsigned
  LogLuv,   // XYZ as floats, by libtiff's own decoder
  Rendered  // YCbCr: RGBA of 8 bits, made by libtiff
};

struct Page {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT, photometric = 0, compression = 1;
  Colours colours = Colours::Gray;
  bool inverted = false;  // 0 is white
  bool planar = false;    // a plane for each sample
  bool tiled = false;
  std::uint32_t band_rows = 0;   // rows of a strip or tile
  std::uint32_t tile_width = 0;  // of a strip: the width
  std::uint32_t across = 1;      // tiles side by side
  int alpha = -1;                // its sample, or -1
  std::array<const std::uint16_t*, 3> palette{};
  Track track;
  std::string converted;  // for the user: from what the pixels are converted, or empty

  // Return the samples of colour of a pixel in the file.
  [[nodiscard]] int colour_samples() const;
  // Whether samples are floats.
  [[nodiscard]] bool real() const { return format == SAMPLEFORMAT_IEEEFP; }
};

// Read the tags of the current directory. Throw Data, naming a kind that is not supported, and Limit.
[[nodiscard]] Page read_page(File& file, const std::string& name);

// Return the name of a compression: "LZW".
[[nodiscard]] std::string compression_name(std::uint16_t compression);

}  // namespace sl::tiff

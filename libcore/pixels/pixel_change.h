// What a conversion of pixels changes, as users ask for it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/color_text.h"
#include "libcore/media/density.h"
#include "libcore/media/track.h"
#include "libcore/pixels/color_target.h"
#include "libcore/pixels/dither.h"
#include "libcore/pixels/icc_profile.h"
#include "libcore/pixels/step.h"

namespace sl {

// Bits of a sample; 16 and 32 of floats.
struct Depth {
  int bits = 8;
  bool is_float = false;
};
// Parse 8, 10, 12, 14, 16, half or float. Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, Depth& depth);

struct FormatName {
  const PixelFormat* format = nullptr;
};
// Parse the name of a pixel format, or gray, rgb, rgba. Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, FormatName& name);

// All that is not set stays.
struct PixelChange {
  std::optional<FormatName> format;
  std::optional<Depth> depth;
  Dither dither = Dither::None;
  std::optional<int> matrix;
  std::optional<Range> range;
  std::optional<Chroma> chroma;
  std::optional<ColorTarget> to, assume;
  std::optional<int> primaries, transfer;  // instead of `to`
  Intent intent = Intent::Relative;
  bool black_point = true;
  enum class AlphaChange : std::uint8_t { None, Premultiply, Unpremultiply, Flatten };
  AlphaChange alpha = AlphaChange::None;
  Rgba background{1, 1, 1, 1};  // to flatten on
  std::optional<Density> density;
  int threads = 1;
};

// The way from one track to another, and the profile of the result, if it has one.
struct PixelPlan {
  Chain steps;
  std::string profile;
};
// `colors` are what the track's samples mean (space_of). Throw Usage or Data for what cannot be.
[[nodiscard]] PixelPlan plan_change(const Track& from, const ColorSpace& colors, const PixelChange& change);

}  // namespace sl

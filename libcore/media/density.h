// Pixels to a length, as scans and print need them: "300x150 per inch" under `meta.density` of a track.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/length_text.h"

namespace sl {

struct Track;

struct Density {
  enum class Unit : std::uint8_t { Inch, Centimetre, Metre };
  double x = 0, y = 0;  // pixels to a unit along stored rows and columns, above 0
  Unit unit = Unit::Inch;

  // Return the same density in another unit. Whole numbers of pixels per metre that stand for whole ones per inch
  // (11811 for 300) come back as these.
  [[nodiscard]] Density in(Unit other) const;
};

// Parse "300", "300x150" (per inch, as dpi or dpcm after it says), "300x150 per cm". Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, Density& density);

// Return the density of a track's pixels, made to agree with its sample aspect: along the columns the aspect counts.
// Return nothing if the track has none.
[[nodiscard]] std::optional<Density> density_of(const Track& track);
// The same along the rows and columns of the upright picture, for sizes on paper.
[[nodiscard]] std::optional<PixelsPerMm> pixels_per_mm(const Track& track);
// Set `meta.density` of a track; nothing removes it.
void set_density(Track& track, const std::optional<Density>& density);
// Exchange x and y, after rows became columns.
void turn_density(Track& track);

}  // namespace sl

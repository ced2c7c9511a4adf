// Lengths on paper in the texts of sizes and rectangles: "100mmx", "210mmx297mm+10mm+1in".

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sl {

// Pixels per millimetre along rows and columns.
struct PixelsPerMm {
  double x = 1, y = 1;
};

// Return whether the text has a length in mm, cm or in.
[[nodiscard]] bool has_lengths(std::string_view text);
// Return the text with all lengths in whole pixels, at least 1: those of rows and of columns in turn, after each x,
// colon or sign.
[[nodiscard]] std::string lengths_in_pixels(std::string_view text, const PixelsPerMm& density);
// The same for a density that may be unknown. Throw Usage, naming what sets it.
[[nodiscard]] std::string lengths_in_pixels(std::string_view text, const std::optional<PixelsPerMm>& density);

}  // namespace sl

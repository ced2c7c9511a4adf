// Angles as users write them.

#pragma once

#include <cmath>
#include <string_view>

#include "libcore/base/parse.h"

namespace sl {

// Degrees, clockwise.
struct Angle {
  double degrees = 0;
  // Return how many quarter turns clockwise it is, 0 to 3; -1 for any other angle.
  [[nodiscard]] int quarters() const {
    const double turns = degrees / 90, whole = std::round(turns);
    return turns == whole ? static_cast<int>(whole - 4 * std::floor(whole / 4)) : -1;
  }
};

// Parse degrees ("-7", "12.5", "90deg"), "left", "right", "half". Throw Usage, naming `option`.
inline void parse_value(std::string_view option, std::string_view text, Angle& angle) {
  constexpr Name<double> words[] = {{"right", 90}, {"left", -90}, {"half", 180}, {"cw", 90}, {"ccw", -90}};
  if (const auto word = find_name(text, words)) {
    angle.degrees = *word;
    return;
  }
  std::string_view number = text;
  if (number.ends_with("deg")) number.remove_suffix(3);
  if (number.starts_with("+")) number.remove_prefix(1);
  const auto degrees = to_number<double>(number);
  if (!degrees || !(std::abs(*degrees) <= 36000)) {
    bad_value(option, text, "is not left, right, half or degrees clockwise, as 90 or -7");
  }
  angle.degrees = *degrees;
}

}  // namespace sl

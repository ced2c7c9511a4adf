// Colors as users write them.

#pragma once

#include <array>
#include <string>
#include <string_view>

namespace sl {

// R'G'B' and alpha (not multiplied by it), each from 0 to 1.
struct Rgba {
  float red = 0, green = 0, blue = 0, alpha = 1;
  [[nodiscard]] std::array<float, 3> rgb() const { return {red, green, blue}; }
  bool operator==(const Rgba&) const = default;
};

// Parse "#rgb", "#rgba", "#rrggbb", "#rrggbbaa", "255,128,0", "rgb(255, 128, 0)", "rgb(100%, 50%, 0%)",
// "rgba(255, 128, 0, 0.5)", and the names of CSS (CSS Color Module Level 4, sections 4 to 6), in any case. Throw Usage,
// naming `option`.
void parse_value(std::string_view option, std::string_view text, Rgba& color);
// The same, but return false for any other text.
[[nodiscard]] bool read_color(std::string_view text, Rgba& color);
// Return "#rrggbb", or "#rrggbbaa".
[[nodiscard]] std::string value_text(const Rgba& color);

}  // namespace sl

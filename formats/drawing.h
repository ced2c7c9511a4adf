// What formats of drawings, which have no pixels, share: the size to draw at.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "formats/format.h"
#include "libcore/base/color_text.h"

namespace sl {

// A number above 0, as "1.5".
struct Scale {
  double value = 1;
};
void parse_value(std::string_view option, std::string_view text, Scale& scale);

// "none", or a color without alpha.
struct Paper {
  std::optional<Rgba> color;
};
void parse_value(std::string_view option, std::string_view text, Paper& paper);

constexpr FormatOption drawing_dpi(std::string_view fallback) {
  return {"dpi", "", FormatOption::Kind::Integer, 1, 100000, "", fallback, "pixels per inch"};
}
inline constexpr FormatOption drawing_scale{
    "scale", "", FormatOption::Kind::Value, 0, 0, "N", "1", "times the size that the dpi give", checks_as<Scale>};
inline constexpr FormatOption drawing_width{
    "width", "", FormatOption::Kind::Integer, 0, 1 << 30, "", "0", "width in pixels instead; 0: in proportion"};
inline constexpr FormatOption drawing_height{
    "height", "", FormatOption::Kind::Integer, 0, 1 << 30, "", "0", "height in pixels instead; 0: in proportion"};
constexpr FormatOption drawing_background(std::string_view fallback) {
  return {"background",
          "",
          FormatOption::Kind::Value,
          0,
          0,
          "COLOR",
          fallback,
          "color under the drawing; none: transparent",
          checks_as<Paper>};
}

// Pixels of a drawing of this size, in pixels at the dpi.
struct DrawnSize {
  std::uint32_t width, height;
  double scale_x, scale_y;  // equal unless both width and height are given
};
// Throw Limit, or Data for a drawing without size.
[[nodiscard]] DrawnSize drawn_size(const FormatOptions& options, const std::string& name, double width, double height);

}  // namespace sl

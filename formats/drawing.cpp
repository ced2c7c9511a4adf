// The size of drawings.

#include "formats/drawing.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

void parse_value(std::string_view option, std::string_view text, Scale& scale) {
  const auto value = to_number<double>(text);
  if (!value || !(*value > 0) || *value > 1e6) bad_value(option, text, "is not a number above 0");
  scale.value = *value;
}

void parse_value(std::string_view option, std::string_view text, Paper& paper) {
  paper.color.reset();
  if (text == "none") return;
  parse_value(option, text, paper.color.emplace());
  if (paper.color->alpha != 1) bad_value(option, text, "is half transparent: it is a color, or none");
}

DrawnSize drawn_size(const FormatOptions& options, const std::string& name, double width, double height) {
  if (!(width > 0) || !(height > 0) || !std::isfinite(width) || !std::isfinite(height))
    throw Error(Status::Data, name + ": a drawing without size");
  const auto asked_width = static_cast<double>(options.integer("width")),
             asked_height = static_cast<double>(options.integer("height"));
  double scale_x = options.value<Scale>("scale")->value, scale_y = scale_x;
  if (asked_width > 0 && asked_height > 0) {
    scale_x = asked_width / width;
    scale_y = asked_height / height;
  } else if (asked_width > 0 || asked_height > 0) {
    scale_x = scale_y = asked_width > 0 ? asked_width / width : asked_height / height;
  }
  // A last pixel that is covered in part belongs to the picture; one that errors of arithmetic make does not.
  const auto pixels = [](double length) { return std::clamp(std::ceil(length - 1e-6), 1.0, 4e9); };
  const double across = asked_width > 0 ? asked_width : pixels(width * scale_x),
               down = asked_height > 0 ? asked_height : pixels(height * scale_y);
  check_pixels(name, static_cast<std::uint64_t>(across), static_cast<std::uint64_t>(down));
  return {static_cast<std::uint32_t>(across), static_cast<std::uint32_t>(down), scale_x, scale_y};
}

}  // namespace sl

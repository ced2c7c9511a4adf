// A canvas around a picture, as users write it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/rect_rule.h"

namespace sl {

// The picture's upper left pixel lies at x, y of the canvas.
struct Canvas {
  Size size;
  std::int64_t x = 0, y = 0;
  bool is_centered_x = false, is_centered_y = false;  // the place follows from the sizes
};

class PadRule {
 public:
  // "1920x1080", "1920x" (the picture's height), "120%", and with the place of the picture "1920x1080+10+20" or
  // "1920:1080:10:20". "16:9": the smallest canvas with these proportions. "+10": 10 pixels on each side; "+10x20":
  // 10 to the left and right, 20 above and below. Throw Usage, naming `option`.
  PadRule(std::string_view option, std::string_view text);
  // The picture alone.
  PadRule() = default;

  // Return the canvas of a picture. Places count inwards from the side that `gravity` names; by default, a rule with a
  // place counts from the northwest, and one without puts the picture in the center. Throw Usage if the picture is
  // larger, or would lie partly outside.
  [[nodiscard]] Canvas around(const Size& picture, std::optional<Gravity> gravity = {}) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  RectRule rect_;
  std::optional<Size> border_;
};

inline void parse_value(std::string_view option, std::string_view text, PadRule& rule) { rule = PadRule(option, text); }
inline std::string value_text(const PadRule& rule) { return rule.text(); }

}  // namespace sl

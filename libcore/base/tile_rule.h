// A picture cut into tiles, as users write it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/rect_rule.h"
#include "libcore/base/size_text.h"

namespace sl {

class TileRule {
 public:
  // "3x3" or "3x3@": so many tiles along width and height; "256x256": tiles of this size, smaller at the right and at
  // the bottom. Numbers up to 32 count tiles, unless "px" follows. Throw Usage, naming `option`.
  TileRule(std::string_view option, std::string_view text);
  // One tile.
  TileRule() = default;

  // Return the tiles row by row. Throw Usage if there are more than pixels along a side, Limit for over a million.
  [[nodiscard]] std::vector<Rect> of(const Size& picture) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  Size numbers_{1, 1};
  bool counts_ = true;
};

inline void parse_value(std::string_view option, std::string_view text, TileRule& rule) {
  rule = TileRule(option, text);
}
inline std::string value_text(const TileRule& rule) { return rule.text(); }

}  // namespace sl

// Rectangles of pixels as users write them.

#pragma once

#include <string_view>

#include "libcore/base/rect_rule.h"

namespace sl {

// Parse "10,20,640,480": x and y of the upper left pixel, width and height. Throw Usage, naming `option`.
[[nodiscard]] Rect parse_rect(std::string_view option, std::string_view text);

}  // namespace sl

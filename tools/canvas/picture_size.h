// The option --size of tools that draw: with it, a tool makes pictures of its own, and has no input.

#pragma once

#include <string_view>

#include "libcore/base/size_text.h"

namespace sl::drawing {

struct PictureSize {
  Size size{1280, 720};
  bool is_given = false;
};

// Throw Usage, or Limit for sizes over --max-pixels.
inline void parse_value(std::string_view option, std::string_view text, PictureSize& value) {
  sl::parse_value(option, text, value.size);
  value.is_given = true;
}

}  // namespace sl::drawing

// The pointer's picture, which is no part of what a server gives of its screen.

#pragma once

#include <cstdint>
#include <vector>

#include "devices/x11/subject.h"

namespace sl::x11 {

class Pointer {
 public:
  // Throws Unavailable where the server does not tell of it (XFixes).
  explicit Pointer(const Connection& display);

  // Asks for shape and place; true where either is another than before.
  bool update();
  // Lays it over a whole picture of `area`, rgb24 or gbrp10le.
  void draw(const Area& area, const Strip& picture) const;

 private:
  const Connection& display_;
  int x_ = 0, y_ = 0;  // of its upper left corner, on the screen
  std::uint32_t width_ = 0, height_ = 0, serial_ = 0;
  std::vector<std::uint32_t> pixels_;  // A R G B, premultiplied
};

}  // namespace sl::x11

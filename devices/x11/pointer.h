// The pointer's picture, which a server's screen content lacks.

#pragma once

#include <cstdint>
#include <vector>

#include "devices/x11/capture_target.h"

namespace sl::x11 {

class Pointer {
 public:
  // Throw Unavailable if the server lacks XFixes.
  explicit Pointer(const Connection& display);

  // Ask for shape and place; return true if either has changed.
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

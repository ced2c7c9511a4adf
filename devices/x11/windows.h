// The windows of a display as users know them: by title or number.

#pragma once

#include <string>
#include <vector>

#include "devices/x11/connection.h"

namespace sl::x11 {

struct WindowInfo {
  xcb_window_t id = 0;
  std::string title;
  int x = 0, y = 0;  // on the screen
  unsigned width = 0, height = 0;
};

// List the windows that are shown and have a title; if a window manager lists its windows, these.
[[nodiscard]] std::vector<WindowInfo> list_windows(const Connection& display);

// "0x1a00007", "12345", or a title, or a part of one that only one window has. Throws NoInput for none and Usage for
// several.
[[nodiscard]] xcb_window_t find_window(const Connection& display, const std::string& text);

}  // namespace sl::x11

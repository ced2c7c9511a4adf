// What of a display is recorded: all of it, a region, or one window, which may move, change its size, and go.

#pragma once

#include <optional>

#include "devices/x11/connection.h"
#include "devices/x11/server_pixels.h"
#include "libcore/base/rect_rule.h"

namespace sl::x11 {

// A rectangle of something that can be grabbed.
struct Area {
  xcb_drawable_t drawable = 0;
  int x = 0, y = 0;  // within it
  std::uint32_t width = 0, height = 0;
  int screen_x = 0, screen_y = 0;  // its position on the screen: for the pointer
  bool operator==(const Area&) const = default;
};

class CaptureTarget {
 public:
  explicit CaptureTarget(const Connection& display);
  // Throw Usage if it is not on the screen.
  CaptureTarget(const Connection& display, const RectRule& region);
  // A window's own picture, without windows above it, if the server has the Composite extension; else the screen's
  // pixels in its place.
  CaptureTarget(const Connection& display, xcb_window_t window);

  // How the pixels lie.
  [[nodiscard]] const PixelLayout& layout() const { return layout_; }
  // The window that changes happen in.
  [[nodiscard]] xcb_window_t window() const { return window_; }

  void on_event(const xcb_generic_event_t& event);
  enum class State { Shown, Hidden, Gone };
  [[nodiscard]] State state() const { return state_; }
  // Return its present area while it is shown. Nothing if that is unknown now: ask again at the next moment.
  [[nodiscard]] std::optional<Area> area();

 private:
  void read_layout(xcb_visualid_t visual, int depth);
  void name_pixmap();

  const Connection& display_;
  xcb_window_t window_;
  std::optional<Rect> region_;
  bool is_window_ = false, composite_ = false, renew_ = true;
  State state_ = State::Shown;
  xcb_pixmap_t pixmap_ = 0;
  PixelLayout layout_;
};

}  // namespace sl::x11

// The pixels of a rectangle, through memory shared with the X server or else through its socket.

#pragma once

#include <xcb/shm.h>

#include "devices/x11/capture_target.h"

namespace sl::x11 {

class Grabber {
 public:
  // Shares memory for a picture of the screen's size; larger ones come through the socket.
  Grabber(const Connection& display, const PixelLayout& layout);
  Grabber(const Grabber&) = delete;
  Grabber& operator=(const Grabber&) = delete;
  ~Grabber();

  // Return rows in the layout, valid until the next call; null if the server cannot give them now (a window that
  // was just closed or is partly beyond the screen).
  [[nodiscard]] const std::byte* grab(const Area& area);

 private:
  void share(std::size_t bytes);

  const Connection& display_;
  PixelLayout layout_;
  xcb_shm_seg_t segment_ = 0;
  std::byte* shared_ = nullptr;
  std::size_t shared_bytes_ = 0;
  Owned<xcb_get_image_reply_t> image_;
};

}  // namespace sl::x11

// Asking for the pointer's picture (XFixes) and blending it.

#include "devices/x11/pointer.h"

#include <xcb/xfixes.h>

#include <algorithm>

#include "libcore/base/error.h"

namespace sl::x11 {

namespace {

// Premultiplied 8-bit colour over a sample of the range 0 to `most`.
template <class T>
void blend(T& sample, std::uint32_t color, std::uint32_t alpha, std::uint32_t most) {
  const std::uint32_t over = (color * most + 127) / 255, under = (sample * (255 - alpha) + 127) / 255;
  sample = static_cast<T>(std::min(over + under, most));
}

}  // namespace

Pointer::Pointer(const Connection& display) : display_(display) {
  const auto version = display.has(&xcb_xfixes_id) ? answer(display, xcb_xfixes_query_version_reply,
                                                            xcb_xfixes_query_version(display.get(), 4, 0))
                                                   : nullptr;
  if (!version) {
    throw Error(Status::Unavailable,
                "display " + display.name() + " does not show its pointer (no XFixes): use --pointer off");
  }
}

bool Pointer::update() {
  const auto image = answer(display_, xcb_xfixes_get_cursor_image_reply, xcb_xfixes_get_cursor_image(display_.get()));
  if (!image) return false;
  const int x = image->x - image->xhot, y = image->y - image->yhot;
  if (x == x_ && y == y_ && image->cursor_serial == serial_) return false;
  x_ = x;
  y_ = y;
  serial_ = image->cursor_serial;
  width_ = image->width;
  height_ = image->height;
  const std::uint32_t* const pixels = xcb_xfixes_get_cursor_image_cursor_image(image.get());
  pixels_.assign(pixels, pixels + xcb_xfixes_get_cursor_image_cursor_image_length(image.get()));
  pixels_.resize(std::size_t{width_} * height_);
  return true;
}

void Pointer::draw(const Area& area, const Strip& picture) const {
  const int left = x_ - area.screen_x, top = y_ - area.screen_y;
  const int right = std::min(left + static_cast<int>(width_), static_cast<int>(picture.width));
  const int bottom = std::min(top + static_cast<int>(height_), static_cast<int>(picture.rows));
  for (int y = std::max(top, 0); y < bottom; ++y) {
    for (int x = std::max(left, 0); x < right; ++x) {
      const std::uint32_t pixel =
          pixels_[static_cast<std::size_t>(y - top) * width_ + static_cast<std::size_t>(x - left)];
      const std::uint32_t alpha = pixel >> 24;
      if (alpha == 0) continue;
      const std::uint32_t red = pixel >> 16 & 255, green = pixel >> 8 & 255, blue = pixel & 255;
      const auto row = static_cast<std::uint32_t>(y);
      if (picture.format->packing == Packing::Planar) {
        blend(picture.planes[0].row<std::uint16_t>(row)[x], green, alpha, 1023);
        blend(picture.planes[1].row<std::uint16_t>(row)[x], blue, alpha, 1023);
        blend(picture.planes[2].row<std::uint16_t>(row)[x], red, alpha, 1023);
      } else {
        auto* const to = picture.planes[0].row<std::uint8_t>(row) + std::ptrdiff_t{3} * x;
        blend(to[0], red, alpha, 255);
        blend(to[1], green, alpha, 255);
        blend(to[2], blue, alpha, 255);
      }
    }
  }
}

}  // namespace sl::x11

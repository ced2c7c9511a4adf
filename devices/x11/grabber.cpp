// Shared memory must be made before the sandbox is closed: so it is made once, and large enough.

#include "devices/x11/grabber.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#include <cstdint>

#include "libcore/base/error.h"

namespace sl::x11 {

Grabber::Grabber(const Connection& display, const PixelLayout& layout) : display_(display), layout_(layout) {
  const xcb_screen_t& screen = display.screen();
  if (display.has(&xcb_shm_id)) share(layout.row_bytes(screen.width_in_pixels) * screen.height_in_pixels);
}

Grabber::~Grabber() {
  if (shared_ != nullptr) shmdt(shared_);
}

void Grabber::share(std::size_t bytes) {
  const int id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
  if (id < 0) return;
  void* const memory = shmat(id, nullptr, 0);
  if (reinterpret_cast<std::intptr_t>(memory) != -1) {
    segment_ = xcb_generate_id(display_.get());
    xcb_generic_error_t* const error = xcb_request_check(
        display_.get(), xcb_shm_attach_checked(display_.get(), segment_, static_cast<unsigned>(id), 0));
    // A server on another machine, or in another container, does not see our memory.
    if (error == nullptr) {
      shared_ = static_cast<std::byte*>(memory);
      shared_bytes_ = bytes;
    } else {
      std::free(error);
      shmdt(memory);
    }
  }
  shmctl(id, IPC_RMID, nullptr);  // nothing of it outlives the two processes
}

const std::byte* Grabber::grab(const Area& area) {
  xcb_connection_t* const x = display_.get();
  const auto left = static_cast<std::int16_t>(area.x), top = static_cast<std::int16_t>(area.y);
  const auto width = static_cast<std::uint16_t>(area.width), height = static_cast<std::uint16_t>(area.height);
  const std::size_t bytes = layout_.row_bytes(area.width) * area.height;
  if (shared_ != nullptr && bytes <= shared_bytes_) {
    const auto done = answer(
        display_, xcb_shm_get_image_reply,
        xcb_shm_get_image(x, area.drawable, left, top, width, height, ~0u, XCB_IMAGE_FORMAT_Z_PIXMAP, segment_, 0));
    return done && done->depth == layout_.depth ? shared_ : nullptr;
  }
  image_ = answer(display_, xcb_get_image_reply,
                  xcb_get_image(x, XCB_IMAGE_FORMAT_Z_PIXMAP, area.drawable, left, top, width, height, ~0u));
  if (!image_ || image_->depth != layout_.depth) return nullptr;
  if (static_cast<std::size_t>(xcb_get_image_data_length(image_.get())) < bytes) {
    throw Error(Status::Unavailable, "display " + display_.name() + ": it sent less of a picture than it has");
  }
  return reinterpret_cast<const std::byte*>(xcb_get_image_data(image_.get()));
}

}  // namespace sl::x11

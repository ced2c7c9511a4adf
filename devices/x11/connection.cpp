// Connecting to an X server, and saying in one line why that cannot be.

#include "devices/x11/connection.h"

#include "libcore/base/error.h"

namespace sl::x11 {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string chosen_display(const std::string& display) {
  if (!display.empty()) return display;
  if (std::string name = environment("DISPLAY"); !name.empty()) return name;
  if (const std::string wayland = environment("WAYLAND_DISPLAY"); !wayland.empty()) {
    throw Error(Status::Unavailable, "this desktop is Wayland (" + wayland +
                                         ") without an X server: recording it takes its portal and PipeWire, which "
                                         "are not supported; DISPLAY is not set");
  }
  throw Error(Status::NoInput,
              "no display: DISPLAY is not set, and --display names none (a console without X, KMS, "
              "is not supported)");
}

}  // namespace

Connection::Connection(const std::string& display) : name_(chosen_display(display)) {
  int number = 0;
  connection_ = xcb_connect(name_.c_str(), &number);
  const int error = xcb_connection_has_error(connection_);
  if (error != 0) {
    xcb_disconnect(connection_);
    if (error == XCB_CONN_CLOSED_PARSE_ERR) throw Error(Status::Usage, "display " + name_ + ": no such form (:0)");
    throw Error(Status::Unavailable, "display " + name_ + ": no answer, or access denied");
  }
  xcb_screen_iterator_t screens = xcb_setup_roots_iterator(xcb_get_setup(connection_));
  for (; number > 0 && screens.rem > 1; --number) xcb_screen_next(&screens);
  screen_ = screens.data;
}

bool Connection::has(xcb_extension_t* extension) const {
  const xcb_query_extension_reply_t* found = xcb_get_extension_data(connection_, extension);
  return found != nullptr && found->present != 0;
}

std::uint8_t Connection::first_event(xcb_extension_t* extension) const {
  return xcb_get_extension_data(connection_, extension)->first_event;
}

xcb_atom_t Connection::atom(const std::string& name) const {
  const auto found = answer(*this, xcb_intern_atom_reply,
                            xcb_intern_atom(connection_, 0, static_cast<std::uint16_t>(name.size()), name.c_str()));
  return found ? found->atom : xcb_atom_t{XCB_ATOM_NONE};
}

void Connection::check() const {
  if (xcb_connection_has_error(connection_) != 0) {
    throw Error(Status::Unavailable, "display " + name_ + ": the server has ended");
  }
}

Owned<xcb_generic_event_t> Connection::event() const {
  Owned<xcb_generic_event_t> event(xcb_poll_for_event(connection_));
  if (!event) check();
  return event;
}

}  // namespace sl::x11

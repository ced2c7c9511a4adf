// A connection to an X server, and what every question to it needs.

#pragma once

#include <xcb/xcb.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace sl::x11 {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
// What XCB gives away: replies, events, errors.
template <class T>
using Owned = std::unique_ptr<T, Free>;

class Connection {
 public:
  // "" is $DISPLAY. Throw NoInput if no display is named, Unavailable if none answers.
  explicit Connection(const std::string& display);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { xcb_disconnect(connection_); }

  [[nodiscard]] xcb_connection_t* get() const { return connection_; }
  [[nodiscard]] const xcb_screen_t& screen() const { return *screen_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  // Whether the server has this extension (&xcb_shm_id); its first event.
  [[nodiscard]] bool has(xcb_extension_t* extension) const;
  [[nodiscard]] std::uint8_t first_event(xcb_extension_t* extension) const;
  [[nodiscard]] xcb_atom_t atom(const std::string& name) const;
  // Throw Unavailable if the server has ended.
  void check() const;
  // Return the next event; null if none has come.
  [[nodiscard]] Owned<xcb_generic_event_t> event() const;

 private:
  std::string name_;
  xcb_connection_t* connection_;
  const xcb_screen_t* screen_ = nullptr;
};

// The answer to a request made by xcb_WHAT(...), or null if the server gave an error instead:
//   answer(display, xcb_get_geometry_reply, xcb_get_geometry(display.get(), window))
template <class R, class Cookie>
Owned<R> answer(const Connection& display, R* (*reply)(xcb_connection_t*, Cookie, xcb_generic_error_t**),
                Cookie cookie) {
  xcb_generic_error_t* error = nullptr;
  Owned<R> result(reply(display.get(), cookie, &error));
  std::free(error);
  if (!result) display.check();
  return result;
}

}  // namespace sl::x11

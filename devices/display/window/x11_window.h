// Facts about a window of X11 that SDL hides. A separate file, because Xlib's header defines common names as macros.

#pragma once

struct SDL_Window;

namespace sl::window {

// Return the descriptor of its events; -1 for a window that is not of X11. `gone`, which does not return, is called
// when the server dies: Xlib would end the process with its own message and status.
[[nodiscard]] int watch_x11(SDL_Window* window, void (*gone)());

}  // namespace sl::window

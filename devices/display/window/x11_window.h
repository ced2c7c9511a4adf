// What SDL does not tell of a window of X11. Apart, because Xlib's header defines words as macros that others use.

#pragma once

struct SDL_Window;

namespace sl::window {

// The descriptor that its events come by; -1 for a window that is not of X11. `gone`, which does not return, is called
// when the server is: Xlib ends the process otherwise, with words and a status of its own.
[[nodiscard]] int watch_x11(SDL_Window* window, void (*gone)());

}  // namespace sl::window

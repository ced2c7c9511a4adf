// Access to X11 below SDL.

#include "devices/display/window/x11_window.h"

#include <SDL2/SDL_syswm.h>
#include <X11/Xlib.h>

namespace sl::window {

namespace {

void (*when_gone)() = nullptr;

int display_is_gone(Display*) {
  when_gone();
  return 0;
}

}  // namespace

int watch_x11(SDL_Window* window, void (*gone)()) {
  SDL_SysWMinfo info;
  SDL_VERSION(&info.version);
  if (SDL_GetWindowWMInfo(window, &info) != SDL_TRUE || info.subsystem != SDL_SYSWM_X11) return -1;
  when_gone = gone;
  XSetIOErrorHandler(display_is_gone);
  return ConnectionNumber(info.info.x11.display);
}

}  // namespace sl::window

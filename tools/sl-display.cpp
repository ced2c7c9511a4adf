// sl-display: shows pictures and film. It becomes the helper that has a window (SDL), or the one that draws in a
// terminal (chafa), so that neither pays for the other.

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "devices/display/viewer/display_command.h"

namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool has_terminal() {
  if (isatty(STDOUT_FILENO) == 1) return true;
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal >= 0) close(terminal);
  return terminal >= 0;
}

}  // namespace

int main(int argc, char** argv) {
  sl::viewer::DisplayCommand command;
  command.tool.check([&] {
    if (command.wants_terminal()) command.tool.become("sl-display-terminal");
    if (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) command.tool.become("sl-display-window");
    if (has_terminal()) command.tool.become("sl-display-terminal");
    throw sl::Error(sl::Status::NoInput,
                    "nothing to show on: neither DISPLAY nor WAYLAND_DISPLAY is set, and there "
                    "is no terminal");
  });
  return command.run(argc, argv, {});
}

// sl-display in a window.

#include "devices/display/viewer/display_command.h"
#include "devices/display/window/sdl_window.h"
#include "libcore/process/sandbox.h"

int main(int argc, char** argv) {
  sl::viewer::DisplayCommand command;
  return command.run(argc, argv, [&](sl::SandboxPlan& plan) {
    plan.device_library = true;
    return std::make_unique<sl::window::SdlWindow>(command.full_screen);
  });
}

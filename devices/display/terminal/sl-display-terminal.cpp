// sl-display in a terminal.

#include <sys/ioctl.h>
#include <unistd.h>

#include "devices/display/terminal/terminal_display.h"
#include "devices/display/viewer/display_command.h"
#include "libcore/base/size_text.h"
#include "libcore/process/sandbox.h"

namespace {

using sl::terminal::Colors;
using sl::terminal::Graphics;
using sl::terminal::Size;

// Without "auto", which leaves the choice to the terminal.
constexpr sl::Name<Graphics> all_graphics[] = {
    {"kitty", Graphics::Kitty}, {"sixel", Graphics::Sixel}, {"blocks", Graphics::Blocks}};
constexpr sl::Name<Colors> all_colors[] = {{"full", Colors::Full}, {"256", Colors::Some256}, {"16", Colors::Some16}};

Size size_of(const sl::Size& cells) {
  constexpr std::uint32_t most = 4096;
  if (cells.width > most || cells.height > most) {
    sl::bad_value("--size", size_text(cells), "is more than 4096 columns or rows");
  }
  Size size;
  size.columns = static_cast<int>(cells.width);
  size.rows = static_cast<int>(cells.height);
  return size;
}

sl::terminal::Options options_of(const sl::viewer::DisplayCommand& command) {
  sl::terminal::Options options;
  options.graphics = sl::find_name(command.graphics, all_graphics);
  options.colors = sl::find_name(command.colors, all_colors);
  if (command.size) options.size = size_of(*command.size);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  sl::viewer::DisplayCommand command;
  return command.run(argc, argv, [&](sl::SandboxPlan& plan) -> std::unique_ptr<sl::viewer::Display> {
    plan.device_requests.insert(plan.device_requests.end(), {TCSETS, TCSETSW, TCSETSF});  // its modes, back at the end
    const sl::terminal::Options options = options_of(command);
    if (command.tee || isatty(STDOUT_FILENO) == 1) return std::make_unique<sl::terminal::TerminalDisplay>(options);
    return std::make_unique<sl::terminal::PrintedDisplay>(options);
  });
}

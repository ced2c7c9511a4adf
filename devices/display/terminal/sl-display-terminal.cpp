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

Size parse_size(const std::string& text) {
  const auto cells = sl::read_size(text, 4096);
  if (!cells) throw sl::Error(sl::Status::Usage, "--size " + text + " is not COLUMNSxROWS, at most 4096 each");
  Size size;
  size.columns = static_cast<int>(cells->width);
  size.rows = static_cast<int>(cells->height);
  return size;
}

sl::terminal::Options options_of(const sl::viewer::DisplayCommand& command) {
  sl::terminal::Options options;
  if (command.graphics == "kitty") options.graphics = Graphics::Kitty;
  if (command.graphics == "sixel") options.graphics = Graphics::Sixel;
  if (command.graphics == "blocks") options.graphics = Graphics::Blocks;
  if (command.colors == "full") options.colors = Colors::Full;
  if (command.colors == "256") options.colors = Colors::Some256;
  if (command.colors == "16") options.colors = Colors::Some16;
  if (!command.size.empty()) options.size = parse_size(command.size);
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

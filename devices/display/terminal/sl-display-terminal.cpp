// sl-display in a terminal.

#include <sys/ioctl.h>
#include <unistd.h>

#include "devices/display/terminal/terminal_face.h"
#include "devices/display/viewer/display_command.h"
#include "libcore/base/size_text.h"

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

sl::terminal::Wishes wishes_of(const sl::viewer::DisplayCommand& command) {
  sl::terminal::Wishes wishes;
  if (command.graphics == "kitty") wishes.graphics = Graphics::Kitty;
  if (command.graphics == "sixel") wishes.graphics = Graphics::Sixel;
  if (command.graphics == "blocks") wishes.graphics = Graphics::Blocks;
  if (command.colors == "full") wishes.colors = Colors::Full;
  if (command.colors == "256") wishes.colors = Colors::Some256;
  if (command.colors == "16") wishes.colors = Colors::Some16;
  if (!command.size.empty()) wishes.size = parse_size(command.size);
  return wishes;
}

}  // namespace

int main(int argc, char** argv) {
  sl::viewer::DisplayCommand command;
  return command.run(argc, argv, [&](sl::SandboxPlan& plan) -> std::unique_ptr<sl::viewer::Face> {
    plan.device_requests.insert(plan.device_requests.end(), {TCSETS, TCSETSW});  // its modes, back at the end
    const sl::terminal::Wishes wishes = wishes_of(command);
    if (command.tee || isatty(STDOUT_FILENO) == 1) return std::make_unique<sl::terminal::TerminalFace>(wishes);
    return std::make_unique<sl::terminal::PrintedFace>(wishes);
  });
}

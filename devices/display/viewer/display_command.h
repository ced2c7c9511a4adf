// sl-display's command line, which it shares with the helpers that it becomes for a window and for a terminal.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "devices/display/viewer/show.h"
#include "libcore/base/size_text.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/track_choice.h"

namespace sl::viewer {

struct DisplayCommand {
  DisplayCommand();

  Tool tool;
  bool terminal = false, tee = false, full_screen = false;
  std::string graphics = "auto", colors = "auto";
  std::optional<Size> size;  // in cells
  Show::Settings settings;

  // After parsing:
  [[nodiscard]] bool wants_terminal() const { return terminal || graphics != "auto" || size; }

  // Run a helper: `make_display` makes the display, before the sandbox.
  int run(int argc, char** argv, const std::function<std::unique_ptr<Display>(SandboxPlan&)>& make_display);

 private:
  std::optional<TrackChoice> track_;
};

}  // namespace sl::viewer

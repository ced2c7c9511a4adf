// The options, and a run from the first picture to the last.

#include "devices/display/viewer/display_command.h"

#include <unistd.h>

#include "libcore/base/report.h"
#include "libcore/base/url.h"
#include "libcore/stage/options.h"

namespace sl::viewer {

DisplayCommand::DisplayCommand()
    : tool("sl-display", "Show pictures and film, with sound, in a window or a terminal.") {
  tool.example("sl-display in.jpg", "until q is pressed");
  tool.example("sl-decode film.mkv | sl-invert | sl-display", "at its pace, with its sound");
  tool.example("sl-invert film.mkv | sl-display --tee | sl-encode -o out.mkv", "show a stream in the middle of a pipe");
  tool.example("sl-display --terminal --size 80x24 in.jpg > in.txt", "as text, for a terminal to print");
  tool.example("sl-display --graphics sixel --size 40x12 a.jpg > a.six");
  tool.describe(
      "With a DISPLAY or WAYLAND_DISPLAY it opens a window; otherwise, with --terminal, and over ssh, it draws in the "
      "terminal: with kitty's graphics or sixels if the terminal reports them, else with half blocks.");
  tool.describe(
      "Keys: space pauses and continues; right skips five seconds, or one picture while paused, or shows the next "
      "still; left goes back through the last pictures; s saves the picture as a PNG in the current folder; f is full "
      "screen; i lays information over the picture; q or escape ends, and with it the pipe.");
  tool.describe(
      "Recorded pictures are shown when they are due and skipped if they would come too late; of a live stream the "
      "newest is shown. A terminal gets a picture after it has answered for the previous one, so the rate fits the "
      "line. In a terminal a still is printed once; there is no sound. Colours are converted by matrix and range for a "
      "screen of sRGB; other primaries and HDR are not. Printed into a file, all pictures follow each other.");
  tool.option("--terminal", terminal, "draw in the terminal, even if a window could be opened");
  tool.option("--graphics", graphics, "auto|kitty|sixel|blocks", "how to draw in a terminal; means --terminal");
  tool.option("--colors", colors, "auto|full|256|16",
              "of half blocks; auto takes the terminal's best, and 16 are dithered");
  tool.option("--size", size, "COLUMNSxROWS", "the room for it in a terminal; means --terminal");
  tool.option("--full-screen", full_screen, "begin with a window as large as the screen");
  tool.option("--information", settings.information, "begin with information over the picture");
  tool.option("--hold", settings.hold, "keep the last picture until q is pressed");
  tool.option("--track", track_, "TRACKS", "show and play these: 2, video:2+audio:de; otherwise the first of each");
  tool.option("--tee", tee, "pass the stream on, at the pace of the show");
}

int DisplayCommand::run(int argc, char** argv,
                        const std::function<std::unique_ptr<Display>(SandboxPlan&)>& make_display) {
  std::optional<Saver> saver;
  std::unique_ptr<Display> display;
  tool.prepare([&](SandboxPlan& plan) {
    saver.emplace();
    display = make_display(plan);
  });
  // Restore the terminal before anything is printed on it.
  tool.on_failure([&](const Error&) {
    display.reset();
    return std::string();
  });
  const auto body = [&](Reader& in, Writer* out) {
    settings.watched_output = out != nullptr ? STDOUT_FILENO : -1;
    if (tool.input() != "-") settings.name = split_options(without_secrets(tool.input())).name;
    Intake intake(in, out, display->speaker(), track_);
    Show(intake, *display, &*saver, settings).run();
    display.reset();
    saver->finish();
    for (const std::string& name : saver->saved()) warn("saved " + name);
  };
  tool.stage_if(tee, [&](Reader& in, Writer& out) { body(in, &out); });
  return tool.run(argc, argv, [&](Reader& in) { body(in, nullptr); });
}

}  // namespace sl::viewer

// sl-screen: an X screen, a part of it, or one window as a live stream.

#include <sys/syscall.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "devices/x11/screen_stream.h"
#include "devices/x11/windows.h"
#include "libcore/base/error.h"
#include "libcore/base/rect_rule.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/writer.h"

namespace {

constexpr sl::Name<bool> on_off[] = {{"on", true}, {"off", false}};

class Screen {
 public:
  sl::StopRule stop;
  std::string display, window;
  std::optional<sl::RectRule> region;
  bool pointer = true;
  sl::x11::StreamSettings settings;

  void check() {
    if (region && !window.empty()) {
      throw sl::Error(sl::Status::Usage, "--region and --window exclude each other");
    }
    if (settings.rate.num > 1000 * settings.rate.den) {
      throw sl::Error(sl::Status::Usage, "--rate " + value_text(settings.rate) + ": at most 1000");
    }
  }

  [[nodiscard]] std::string list() const {
    const sl::x11::Connection connection(display);
    const xcb_screen_t& screen = connection.screen();
    std::array<char, 40> place{};
    std::snprintf(place.data(), place.size(), "%-10s  %ux%u", "-", screen.width_in_pixels, screen.height_in_pixels);
    std::string text = place.data() + ("  the whole screen of " + sl::printable(connection.name())) + "\n";
    for (const sl::x11::WindowInfo& info : sl::x11::list_windows(connection)) {
      std::snprintf(place.data(), place.size(), "0x%08x  %ux%u%+d%+d", info.id, info.width, info.height, info.x,
                    info.y);
      text += place.data() + ("  " + sl::printable(info.title)) + "\n";
    }
    return text;
  }

  void open() {
    display_.emplace(display);
    if (!window.empty()) {
      target_.emplace(*display_, sl::x11::find_window(*display_, window));
    } else if (region) {
      target_.emplace(*display_, *region);
    } else {
      target_.emplace(*display_);
    }
    (void)sl::x11::wire_format(target_->layout());  // refuses the others
    recorder_.emplace(*display_, *target_, pointer, settings.changes);
    const char* session = std::getenv("XDG_SESSION_TYPE");
    if (window.empty() && session != nullptr && std::string_view(session) == "wayland") {
      sl::warn("this desktop is Wayland: only the windows of X programs are seen on " + display_->name());
    }
  }

  void run(sl::Writer& out, bool anonymous) {
    if (!anonymous) settings.source = "x11:" + display_->name() + (window.empty() ? "" : " " + window);
    sl::x11::send_stream(*recorder_, *target_, settings, stop, out);
  }

 private:
  std::optional<sl::x11::Connection> display_;
  std::optional<sl::x11::CaptureTarget> target_;
  std::optional<sl::x11::Recorder> recorder_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-screen", "Record an X screen, a region of it, or one window, live.");
  tool.example("sl-screen --list", "the windows with their numbers");
  tool.example("sl-screen --duration 10s -o talk.mkv", "the whole screen; without --duration until Ctrl-C");
  tool.example("sl-screen --region 640x480+100+50 --frames 1 -o part.png", "a picture of a part of it");
  tool.example("sl-screen --window Fire --changes --duration 10s | sl-encode -o window.mkv",
               "the one window whose title has that in it");
  tool.describe(
      "A window is recorded even under others, if the server has the Composite extension. If it changes its size the "
      "track changes too; when it is closed, the stream ends well. Frames are taken on a grid of --rate and stamped by "
      "the monotonic clock; a late one is left out, with an EVENT `dropped`. Wayland without an X server is not "
      "supported.");
  Screen screen;
  tool.option("--display", screen.display, "NAME", "the X server, instead of $DISPLAY: :0");
  tool.option("--region", screen.region, "WxH+X+Y", "only this part of the screen");
  tool.option("--window", screen.window, "WINDOW", "only this window: its number, its title, or a part of that");
  tool.listing("print the windows that are shown, and do nothing else", "", [&](bool) { return screen.list(); });
  tool.option("--pointer", screen.pointer, on_off, "whether the pointer is in the picture");
  tool.option("--rate", screen.settings.rate, "N", "frames a second: 30, 30000/1001");
  tool.option("--changes", screen.settings.changes, "send only frames that differ from the one before");
  screen.stop.bind(tool);
  tool.check([&] { screen.check(); });
  tool.prepare([&](sl::SandboxPlan& plan) {
    screen.open();
    plan.calls.push_back(SYS_recvmsg);  // the server's answers
  });
  return tool.run(argc, argv, [&](sl::Writer& out) { screen.run(out, tool.anonymous()); });
}

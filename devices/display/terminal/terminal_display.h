// A viewer's display in a terminal; and in a file, for a terminal to print later.

#pragma once

#include "devices/display/terminal/drawing.h"
#include "devices/display/terminal/replies.h"
#include "devices/display/viewer/display.h"
#include "libcore/bytes/target.h"

namespace sl::terminal {

// The options; empty: to be detected.
struct Options {
  std::optional<Graphics> graphics;
  std::optional<Colors> colors;
  std::optional<Size> size;
};

class TerminalDisplay : public viewer::Display {
 public:
  // Take the terminal over and ask for its abilities.
  explicit TerminalDisplay(const Options& options);
  TerminalDisplay(const TerminalDisplay&) = delete;
  TerminalDisplay& operator=(const TerminalDisplay&) = delete;
  // Read the answers that are due first: the shell would take them for input.
  ~TerminalDisplay() override;

  void show(const viewer::Image& image, const std::vector<std::string>& lines, Kind kind) override;
  [[nodiscard]] bool ready() override;
  std::optional<viewer::Command> command() override;
  [[nodiscard]] int fd() const override { return tty_.fd(); }
  [[nodiscard]] short events() const override;
  [[nodiscard]] viewer::Room room() const override { return room_of(canvas_); }
  [[nodiscard]] bool holds_stills() const override { return false; }

 private:
  void ask();
  void take(const Reply& reply);
  void fit();
  void begin_film();

  Options options_;
  Tty tty_;
  ReplyReader replies_;
  Size size_;
  Canvas canvas_;
  bool film_ = false, sixel_ = false, kitty_ = false, known_ = false, answers_ = true, resized_ = false;
  int cell_width_ = 0, cell_height_ = 0;  // from the terminal's answer
  int in_flight_ = 0;                     // pictures that it has not answered for
  std::int64_t sent_ = 0;                 // the last one
  std::vector<viewer::Command> commands_;
};

class PrintedDisplay : public viewer::Display {
 public:
  explicit PrintedDisplay(const Options& options);
  ~PrintedDisplay() override;

  void show(const viewer::Image& image, const std::vector<std::string>& lines, Kind kind) override;
  [[nodiscard]] bool ready() override { return true; }
  std::optional<viewer::Command> command() override { return std::nullopt; }
  [[nodiscard]] int fd() const override { return -1; }
  [[nodiscard]] viewer::Room room() const override { return room_of(canvas_); }
  [[nodiscard]] bool holds_stills() const override { return false; }
  [[nodiscard]] bool in_real_time() const override { return false; }

 private:
  Canvas canvas_;
  Target out_;
};

}  // namespace sl::terminal

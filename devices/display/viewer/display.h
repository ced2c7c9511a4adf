// The display of a viewer, which also reads its user: a window, or a terminal.

#pragma once

#include <poll.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "devices/display/viewer/picture.h"

namespace sl::viewer {

// The sink for sound. Times are in ns.
class Speaker {
 public:
  virtual ~Speaker() = default;
  // Prepare for this track; return false, after a warning, if it cannot be played. Call it once for each track.
  virtual bool open(const Track& track) = 0;
  virtual void queue(std::span<const std::byte> samples) = 0;
  [[nodiscard]] virtual std::int64_t queued() const = 0;  // given and not played yet
  virtual void pause(bool paused) = 0;
  virtual void clear() = 0;
};

enum class Command { Pause, Forward, Back, Save, FullScreen, Information, Redraw, Quit };

class Display {
 public:
  virtual ~Display() = default;

  enum class Kind { Still, Moving };
  // `lines` are laid over the picture; they are printable.
  virtual void show(const Image& image, const std::vector<std::string>& lines, Kind kind) = 0;
  // Name the film or picture, for the window's title and lists of windows.
  virtual void set_title(const std::string&) {}
  // Whether another picture would be shown at once. If not, fd() signals a change, or the next look shows it.
  [[nodiscard]] virtual bool ready() = 0;
  // Return the user's command, if any. Never block.
  virtual std::optional<Command> command() = 0;
  // A descriptor that can be read when command() or ready() may have changed, or -1: look every 10 ms.
  [[nodiscard]] virtual int fd() const = 0;
  // What to wait for there, as poll() has it.
  [[nodiscard]] virtual short events() const { return POLLIN; }
  [[nodiscard]] virtual Room room() const = 0;
  // Whether a still stays until the user says what next.
  [[nodiscard]] virtual bool holds_stills() const = 0;
  // Whether pictures have their times; a file takes them at once.
  [[nodiscard]] virtual bool in_real_time() const { return true; }
  [[nodiscard]] virtual Speaker* speaker() { return nullptr; }
};

}  // namespace sl::viewer

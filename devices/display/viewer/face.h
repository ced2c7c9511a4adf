// What a viewer shows its pictures on, and hears its user from: a window, or a terminal.

#pragma once

#include <poll.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "devices/display/viewer/picture.h"

namespace sl::viewer {

// Where sound goes. Times are in ns.
class Speaker {
 public:
  virtual ~Speaker() = default;
  // Makes ready for this track; false, with a warning, where it cannot be heard. Once for each track.
  virtual bool open(const Track& track) = 0;
  virtual void queue(std::span<const std::byte> samples) = 0;
  [[nodiscard]] virtual std::int64_t queued() const = 0;  // given and not played yet
  virtual void pause(bool paused) = 0;
  virtual void clear() = 0;
};

enum class Command { Pause, Forward, Back, Save, FullScreen, Information, Redraw, Quit };

class Face {
 public:
  virtual ~Face() = default;

  enum class Kind { Still, Moving };
  // `lines` are laid over the picture; they are printable.
  virtual void show(const Image& image, const std::vector<std::string>& lines, Kind kind) = 0;
  // Whether another picture would be shown at once. Where not, fd() tells when that changes, or the next look.
  [[nodiscard]] virtual bool ready() = 0;
  // What the user wants, if anything. Never waits.
  virtual std::optional<Command> command() = 0;
  // A descriptor that can be read when command() or ready() may have changed, or -1: look every 10 ms.
  [[nodiscard]] virtual int fd() const = 0;
  // What to wait for there, as poll() has it.
  [[nodiscard]] virtual short events() const { return POLLIN; }
  [[nodiscard]] virtual Room room() const = 0;
  // Whether a still stays until the user says what next.
  [[nodiscard]] virtual bool holds_stills() const = 0;
  // Whether pictures come at their times; a file takes them as they come.
  [[nodiscard]] virtual bool in_real_time() const { return true; }
  [[nodiscard]] virtual Speaker* speaker() { return nullptr; }
};

}  // namespace sl::viewer

// Lines that change how a stage works while it runs: from a FIFO, a file, or a descriptor.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/bytes/watched_file.h"

namespace sl {

class ControlLines {
 public:
  // A number is a descriptor. A FIFO whose writers have gone is read again when another one comes. A file is read
  // again when it changes: only the new lines if it has grown. Call it before the sandbox. Throw NoInput.
  ControlLines(const std::string& place, SandboxPlan& plan);
  ~ControlLines();
  ControlLines(const ControlLines&) = delete;
  ControlLines& operator=(const ControlLines&) = delete;

  // Use each whole line that has come, but empty ones and those that begin with #. One that is refused with an Error,
  // or comes to 64 KiB without an end, is reported and ignored. Never wait.
  void take(const std::function<void(std::string_view line)>& use);

 private:
  void add(std::string_view text, const std::function<void(std::string_view)>& use);

  int fd_ = -1;
  std::optional<WatchedFile> file_;
  std::string last_;  // text of the file
  std::string rest_;  // of a line that is not complete
};

}  // namespace sl

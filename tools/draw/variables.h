// The user's variables: set on the command line, and changed while the stage runs.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/bytes/watched_file.h"

namespace sl {
struct SandboxPlan;
}

namespace sl::drawing {

class Variables {
 public:
  // "name=value", the name a word of Lua. Throw Usage, naming `option`.
  void set(std::string_view option, std::string_view text);
  [[nodiscard]] const std::map<std::string, std::string>& values() const { return values_; }
  // Counts changes.
  [[nodiscard]] std::size_t version() const { return version_; }

 private:
  std::map<std::string, std::string> values_;
  std::size_t version_ = 0;
};

// Lines "name=value" from a FIFO, a descriptor or a file.
class Control {
 public:
  // A number is a descriptor. A regular file is read again when it changes. Call it before the sandbox. Throw NoInput.
  Control(const std::string& place, SandboxPlan& plan);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // Apply the lines that have come; report those that do not parse, and ignore them. Never wait.
  void apply_to(Variables& variables);

 private:
  void take_lines(std::string_view text, Variables& variables);

  std::string place_;
  int fd_ = -1;
  std::optional<WatchedFile> file_;
  std::string rest_;  // of a line that is not complete
};

}  // namespace sl::drawing

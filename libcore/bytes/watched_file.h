// A small text file that is read again when it changes, also from inside the sandbox.

#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace sl {

struct SandboxPlan;

class WatchedFile {
 public:
  // Call it before the sandbox; the folder of the file stays readable, since editors put a new file in place of the old
  // one. Throw NoInput, or Limit for more than 1 MiB.
  WatchedFile(std::string path, SandboxPlan& plan);
  // Return the text if it has changed since the last call, and at the first call. A file that is missing for a moment,
  // or too large, leaves the text as before.
  [[nodiscard]] std::optional<std::string> changed();
  // Let the next call return the text whether it has changed or not.
  void read_again() { first_ = true; }

 private:
  [[nodiscard]] std::string read() const;

  std::string path_;
  struct stat seen_ {};
  bool first_ = true;
};

}  // namespace sl

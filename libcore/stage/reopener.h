// A process that starts decoders again for a stage that is locked in: for inputs that come back.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sl {

class Reopener {
 public:
  // Start it: before the sandbox, which then must let it send descriptors (SandboxPlan::receives_descriptors). Each
  // command is a program and its arguments; at most 64. Throws Resources.
  explicit Reopener(const std::vector<std::vector<std::string>>& commands);
  ~Reopener();  // ends it, and what it has started
  Reopener(const Reopener&) = delete;
  Reopener& operator=(const Reopener&) = delete;

  // Start this command. Nothing it says is printed.
  void ask(std::size_t command) const;
  // Return a command that was started, and the pipe with its output, if one has come. Never wait.
  struct Started {
    std::size_t command;
    int output;
  };
  [[nodiscard]] std::optional<Started> started() const;

 private:
  int socket_ = -1, child_ = -1;
};

}  // namespace sl

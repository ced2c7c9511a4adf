// Find, start and wait for the processes that a stage needs: sl-decode, sl-encode, plug-ins.

#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

// Make a pipe of 1 MiB, or smaller if the user's budget for pipes is used up. Both ends close on exec. Throws
// Resources.
struct PipeEnds {
  int read = -1, write = -1;
};
[[nodiscard]] PipeEnds make_pipe();
// Make a pipe as large as make_pipe() would. Does nothing if `fd` is no pipe.
void enlarge_pipe(int fd);

// The path of a part of the installation: beside the running executable, in libexec/streamlib, in bin, then on PATH.
// Throws Missing.
[[nodiscard]] std::string find_part(std::string_view name);

// Replace this process by the program `arguments[0]` (a path). Throws Missing.
[[noreturn]] void execute(std::vector<std::string> arguments);

// How a process ended.
struct Ending {
  std::optional<int> code;    // its exit status
  std::optional<int> signal;  // or the signal it died of
  [[nodiscard]] bool good() const { return code == 0; }
};

// A process that this one started (or forked off) and waits for.
class Helper {
 public:
  // Run `arguments[0]` (a path) with these descriptors as standard input, output and error (-1: those of this process).
  // The child inherits descriptors that do not close on exec, and `kept`. Throws Missing or Resources.
  static Helper start(const std::vector<std::string>& arguments, int input, int output, int error = -1, int kept = -1);
  // An existing child of this process.
  Helper(int pid, std::string name) : pid_(pid), name_(std::move(name)) {}

  // Block until the process ends. Further calls return the same.
  const Ending& wait();
  // Send it a signal. Only before wait().
  void signal(int number) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  int pid_;
  std::string name_;
  std::optional<Ending> ending_;
};

// An unlinked memory file that holds these bytes and is inherited. Throws Resources.
[[nodiscard]] int inherited_memory(std::string_view name, const void* bytes, std::size_t size);

// The descriptors, besides the standard ones, that this process was started with: files and pipes of a shell script or
// a service, which a stage must not keep in the sandbox.
class InheritedDescriptors {
 public:
  InheritedDescriptors();
  // Close them, except a number that stands for another file by now.
  void close() const;

 private:
  struct Entry {
    int fd;
    dev_t device;
    ino_t inode;
  };
  std::vector<Entry> entries_;
};

// Make this process die with its parent, which must still be `parent`.
void die_with_parent(int parent);

}  // namespace sl

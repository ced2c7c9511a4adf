// Finding, starting and waiting for the processes that a stage needs: sl-decode, sl-encode, plug-ins.

#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

// A pipe of 1 MiB, or what the user's budget for pipes leaves; both ends close on exec. Throws Resources.
struct PipeEnds {
  int read = -1, write = -1;
};
[[nodiscard]] PipeEnds make_pipe();
// Makes a pipe as large as make_pipe() would; anything else is left as it is.
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
  // Runs `arguments[0]` (a path) with these descriptors as standard input and output (-1: as ours). Descriptors that do
  // not close on exec are inherited. Throws Missing or Resources.
  static Helper start(const std::vector<std::string>& arguments, int input, int output);
  // One that exists: this process's child.
  Helper(int pid, std::string name) : pid_(pid), name_(std::move(name)) {}

  // Waits, once; afterwards gives what it gave.
  const Ending& wait();
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  int pid_;
  std::string name_;
  std::optional<Ending> ending_;
};

// An unlinked memory file that holds these bytes and is inherited: Throws Resources.
[[nodiscard]] int inherited_memory(std::string_view name, const void* bytes, std::size_t size);

// What this process was started with besides the standard descriptors: files and pipes of a shell script or a service,
// which a stage must not keep behind the sandbox.
class InheritedDescriptors {
 public:
  InheritedDescriptors();
  // Closes those that are still what they were; a number may be ours by now.
  void close() const;

 private:
  struct Entry {
    int fd;
    dev_t device;
    ino_t inode;
  };
  std::vector<Entry> entries_;
};

// Dies together with the process that started this one (which must still be `parent`).
void die_with_parent(int parent);

}  // namespace sl

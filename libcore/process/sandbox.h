// Giving up what a stage does not need, after everything is open and before a byte from outside is parsed.

#pragma once

#include <string>
#include <vector>

namespace sl {

struct SandboxPlan {
  // Folders (descriptors, not owned) in which files are still created and renamed: numbered pictures, a file's final
  // name.
  std::vector<int> output_folders;
  // A folder in which files may still be read, or -1: what the kernel tells of the processors, for encoders that place
  // their threads and memory by it. That placing is allowed too, then.
  int processors_folder = -1;
  // What open devices are still asked: numbers of ioctls.
  std::vector<unsigned long> device_requests;
  // And what libraries that drive them call besides: numbers of system calls.
  std::vector<int> calls;
  // Whether descriptors still come through a socket, from a process that was started before.
  bool receives_descriptors = false;
  // A library works here that opens files, devices and sockets as it goes (SDL): Landlock is left out, and only what
  // reaches into other processes is refused. For stages that parse nothing but the wire.
  bool device_library = false;
};

// Locks this process in: Landlock (no file can be opened but in the output folders), seccomp (no new files, sockets,
// processes; threads are allowed), no new privileges. What the kernel lacks is left out; `report` names what is in
// force and what is missing, a line each. Sanitizer builds leave seccomp out: their runtime opens files.
[[nodiscard]] std::vector<std::string> lock_in(const SandboxPlan& plan);

// Landlock, and no sockets, for a program that is not ours: nothing can be opened but what is beneath these paths (read
// and execute) and /dev/null; it goes on to exec. Paths that do not exist are passed over. False where the kernel has
// no Landlock.
bool confine_to(const std::vector<std::string>& readable);

// For the process that has the network: nothing can be opened but what is beneath these paths (to read), no file is
// made, no program started, no other process reached. A report as of `lock_in`.
[[nodiscard]] std::vector<std::string> confine_to_network(const std::vector<std::string>& readable);

// For the process that has a listening socket: no file can be opened but what is beneath this folder (to read), and
// nothing can be done but answer those who connect. A report as of `lock_in`.
[[nodiscard]] std::vector<std::string> confine_to_serving(const std::string& folder);

}  // namespace sl

// Give up all rights that a stage does not need, after everything is open and before a byte from outside is parsed.

#pragma once

#include <string>
#include <vector>

namespace sl {

// What a stage still does with the network, besides the sockets that are open.
enum class Network { None, Connects, Serves };

struct SandboxPlan {
  // Folders (descriptors, not owned) in which files are still created and renamed: numbered pictures, final names.
  std::vector<int> output_folders;
  // The kernel's folder about the processors, or -1. Its files may still be read, and an encoder may place its threads
  // and memory by them.
  int processors_folder = -1;
  // Numbers of the ioctls that open devices still need.
  std::vector<unsigned long> device_requests;
  // Numbers of other system calls that the libraries of devices need.
  std::vector<int> calls;
  // Whether a process that was started before still sends descriptors through a socket.
  bool receives_descriptors = false;
  // A library opens files, devices and sockets at any time (SDL): leave out Landlock, and refuse only calls that reach
  // into other processes. For stages that parse nothing but the wire.
  bool device_library = false;
  // Connects: names are looked up and connections made, as in confine_to_network(). Serves: connections to an open
  // socket are accepted. Such a stage parses nothing but the wire and what its peers say.
  Network network = Network::None;
  // Files and folders that may still be read: fonts; what name resolution reads.
  std::vector<std::string> readable;
};

// Lock this process in: Landlock (files can be opened in the output folders only), seccomp (no new files, sockets,
// processes; threads are allowed), no new privileges. Leave out a part that the kernel lacks. Return a line for each
// part: in force, or missing. Sanitizer builds leave out seccomp: their runtime opens files.
[[nodiscard]] std::vector<std::string> lock_in(const SandboxPlan& plan);

// Landlock, and no sockets, for a foreign program before its exec: only files beneath these paths (to read and execute)
// and /dev/null can be opened. Skip paths that do not exist. Return false if the kernel has no Landlock.
bool confine_to(const std::vector<std::string>& readable);

// For the process that has the network: only files beneath these paths can be opened, to read. It can create no file,
// start no program and reach no other process. Return a report as `lock_in` does.
[[nodiscard]] std::vector<std::string> confine_to_network(const std::vector<std::string>& readable);

// For the process that has a listening socket: only files beneath this folder can be opened, to read, and the process
// can only answer its clients. Return a report as `lock_in` does.
[[nodiscard]] std::vector<std::string> confine_to_serving(const std::string& folder);

}  // namespace sl

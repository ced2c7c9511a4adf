// A limit on the memory that a library takes: what it reads in damaged data may ask for any amount.

#pragma once

#include <sys/resource.h>

#include <string>

namespace sl {

// While this lives, the memory of the process is limited to what it has, and twice --max-memory: further allocations
// fail, as at a limit of the machine. A library that aborts the process, over memory or data, ends it with the status
// Data and one line: "TOOL: NAME: FORMAT: ...". Inside the sandbox no limit can be set: make one before it.
class MemoryLimit {
 public:
  // `where` is "NAME: FORMAT".
  explicit MemoryLimit(const std::string& where);
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
  ~MemoryLimit();

 private:
  rlimit before_{};
  bool set_ = false;
  void (*aborted_)(int);
};

}  // namespace sl

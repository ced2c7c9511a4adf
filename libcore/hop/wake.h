// A descriptor by which one thread ends the poll() of another.

#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "libcore/base/error.h"

namespace sl::hop {

class Wake {
 public:
  Wake() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw system_error(Status::Resources, "a descriptor for events");
  }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;
  ~Wake() { close(fd_); }

  [[nodiscard]] int fd() const { return fd_; }
  void set() const {
    const std::uint64_t one = 1;
    (void)!write(fd_, &one, sizeof one);
  }
  void clear() const {
    std::uint64_t count = 0;
    (void)!read(fd_, &count, sizeof count);
  }

 private:
  int fd_;
};

}  // namespace sl::hop

// A private pipe in which the body of one record waits until all of it is at hand.

#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <span>

namespace sl {

class SplicePipe {
 public:
  SplicePipe() = default;
  SplicePipe(const SplicePipe&) = delete;
  SplicePipe& operator=(const SplicePipe&) = delete;
  ~SplicePipe() {
    for (const int fd : ends_) {
      if (fd >= 0) close(fd);
    }
  }

  // Makes the pipe when it is first needed; false where there is none to be had.
  bool open() {
    constexpr int capacity = 1 << 20;  // a ROWS record; where the user's budget is spent the rest goes through memory
    if (ends_[0] < 0 && pipe2(ends_.data(), O_CLOEXEC) == 0) fcntl(ends_[1], F_SETPIPE_SZ, capacity);
    return ends_[0] >= 0;
  }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace sl

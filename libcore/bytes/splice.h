// A private pipe that collects a record until it is complete, so that it leaves in one piece and wakes the next stage
// once.

#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "libcore/base/error.h"

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

  // Create the pipe on first use; return false if the system has no more.
  bool open() {
    constexpr int capacity = 1 << 20;  // a ROWS record; if the user's budget is spent, the rest goes through memory
    if (ends_[0] < 0 && pipe2(ends_.data(), O_CLOEXEC) == 0) fcntl(ends_[1], F_SETPIPE_SZ, capacity);
    return ends_[0] >= 0;
  }
  // Write into the pipe, which must be empty: then it has room for 64 KiB.
  void put(std::span<const std::byte> bytes) const {
    if (bytes.empty()) return;
    if (write(ends_[1], bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw system_error(Status::Io, "a private pipe");
    }
  }
  std::vector<std::byte> take(std::size_t n) const {
    std::vector<std::byte> bytes(n);
    for (std::size_t done = 0; done < n;) {
      const ssize_t count = read(ends_[0], bytes.data() + done, n - done);
      if (count <= 0) throw system_error(Status::Io, "a private pipe");
      done += static_cast<std::size_t>(count);
    }
    return bytes;
  }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace sl

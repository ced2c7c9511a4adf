// Polled before each read, so that the mode of a descriptor that others share does not change.

#include "tools/composite/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/report.h"

namespace sl {

namespace {

constexpr std::size_t longest = 64 << 10;

}  // namespace

Control::~Control() {
  if (fd_ >= 0) ::close(fd_);
}

void Control::open(const std::string& name) {
  const auto number = to_number<int>(name);
  struct stat info {};
  if (number && *number >= 0) {
    fd_ = fcntl(*number, F_DUPFD_CLOEXEC, 3);
  } else {
    // With a writer of its own, a FIFO never ends.
    const bool is_fifo = stat(name.c_str(), &info) == 0 && S_ISFIFO(info.st_mode);
    fd_ = ::open(name.c_str(), (is_fifo ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
  }
  if (fd_ < 0) throw system_error(Status::NoInput, "--control " + name);
  is_file_ = fstat(fd_, &info) == 0 && S_ISREG(info.st_mode);
}

std::vector<std::string> Control::take_lines() {
  std::vector<std::string> lines;
  std::array<char, 4096> buffer;
  pollfd poll_one{fd_, POLLIN, 0};
  while (fd_ >= 0 && poll(&poll_one, 1, 0) > 0 && (poll_one.revents & POLLIN) != 0) {
    const ssize_t count = ::read(fd_, buffer.data(), buffer.size());
    if (count <= 0) break;
    rest_.append(buffer.data(), static_cast<std::size_t>(count));
    std::size_t start = 0;
    for (std::size_t end = rest_.find('\n'); end != rest_.npos; end = rest_.find('\n', start)) {
      lines.push_back(rest_.substr(start, end - start));
      start = end + 1;
    }
    rest_.erase(0, start);
    if (rest_.size() > longest) {
      warn("--control: a line is over 64 KiB, and left out");
      rest_.clear();
    }
  }
  if (is_file_ && !rest_.empty()) lines.push_back(std::exchange(rest_, {}));
  return lines;
}

}  // namespace sl

// A descriptor is polled before each read, so that its mode, which others may share, does not change.

#include "libcore/bytes/control_lines.h"

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

constexpr std::size_t longest_line = 64 << 10;

void use_line(std::string_view line, const std::function<void(std::string_view)>& use) {
  if (line.empty() || line.starts_with('#')) return;
  try {
    use(line);
  } catch (const Error& error) {
    warn(std::string(error.what()) + ": ignored");
  }
}

}  // namespace

ControlLines::ControlLines(const std::string& place, SandboxPlan& plan) {
  struct stat info {};
  if (const auto number = to_number<int>(place)) {
    fd_ = fcntl(*number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  } else if (stat(place.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    file_.emplace(place, plan);
    return;
  } else {  // with a writer of its own, a FIFO never ends
    fd_ = open(place.c_str(), (S_ISFIFO(info.st_mode) ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
  }
  if (fd_ < 0) throw system_error(Status::NoInput, "--control: " + place);
}

ControlLines::~ControlLines() {
  if (fd_ >= 0) close(fd_);
}

void ControlLines::take(const std::function<void(std::string_view)>& use) {
  if (file_) {
    std::optional<std::string> text = file_->changed();
    if (!text) return;
    const bool grew = last_.ends_with('\n') && text->starts_with(last_);
    const std::size_t known = grew ? last_.size() : 0;
    last_ = std::move(*text);
    add(std::string_view(last_).substr(known), use);
    return use_line(std::exchange(rest_, {}), use);  // the last one needs no end
  }
  std::array<char, 4096> part{};
  pollfd waiting{fd_, POLLIN, 0};
  while (fd_ >= 0 && poll(&waiting, 1, 0) > 0) {
    const ssize_t count = read(fd_, part.data(), part.size());
    if (count > 0) {
      add({part.data(), static_cast<std::size_t>(count)}, use);
      continue;
    }
    if (count < 0 && errno == EAGAIN) return;
    close(std::exchange(fd_, -1));  // its writer has left
    use_line(std::exchange(rest_, {}), use);
  }
}

void ControlLines::add(std::string_view text, const std::function<void(std::string_view)>& use) {
  rest_ += text;
  std::size_t start = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
    use_line(std::string_view(rest_).substr(start, end - start), use);
    start = end + 1;
  }
  rest_.erase(0, start);
  if (rest_.size() <= longest_line) return;
  warn("--control: a line of over 64 KiB: ignored");
  rest_.clear();
}

}  // namespace sl

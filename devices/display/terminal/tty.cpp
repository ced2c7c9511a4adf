// Raw mode, and the process that ends it if we cannot.

#include "devices/display/terminal/tty.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "libcore/base/error.h"
#include "libcore/media/clock.h"

namespace sl::terminal {

namespace {

// The guard process: wait for the all-clear, and restore the terminal if it does not come.
[[noreturn]] void guard(int pipe, int terminal, const termios& before) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);  // what ends the viewer must not end the guard
  close(STDIN_FILENO);                      // nor may it hold the viewer's pipe
  close(STDOUT_FILENO);
  bool resets = false, well = false;
  char word = 0;
  for (ssize_t count = 1; count > 0;) {
    count = read(pipe, &word, 1);
    if (count > 0 && word == 'r') resets = true;
    if (count > 0 && word == 'w') well = true;
  }
  if (well) _exit(0);
  fcntl(terminal, F_SETFL, 0);
  if (resets) {
    // The first two characters end a sequence that may have been cut.
    const std::string text = "\030\033\\" + std::string(Tty::reset);
    const ssize_t written = write(terminal, text.data(), text.size());
    (void)written;
  }
  tcsetattr(terminal, resets ? TCSAFLUSH : TCSANOW, &before);  // answers to the viewer are not for the shell
  _exit(0);
}

}  // namespace

Tty::Tty() {
  const bool is_output = isatty(STDOUT_FILENO) == 1;
  // Opened again, so that these settings do not affect others who write there.
  fd_ = open(is_output ? "/proc/self/fd/1" : "/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) throw Error(Status::NoInput, "no terminal to draw in");
  start_guard();
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // a viewer that is stopped would leave its picture
  tcsetattr(fd_, TCSADRAIN, &raw);
}

Tty::~Tty() {
  if (resets_) write(reset);
  drain(monotonic_now() + ns_per_second);
  tcsetattr(fd_, discards_ ? TCSAFLUSH : TCSANOW, &before_);
  const ssize_t told = ::write(guard_, "w", 1);
  (void)told;
  close(guard_);
  close(fd_);
}

void Tty::start_guard() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(Status::Resources, "a pipe");
  const int child = fork();
  if (child < 0) throw system_error(Status::Resources, "a process that guards the terminal");
  if (child == 0) {
    close(ends[1]);
    guard(ends[0], fd_, before_);
  }
  close(ends[0]);
  guard_ = ends[1];
}

void Tty::needs_reset() {
  if (resets_) return;
  resets_ = true;
  const ssize_t told = ::write(guard_, "r", 1);
  (void)told;
}

Size Tty::size() const {
  winsize window{};
  Size size;
  if (ioctl(fd_, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return size;
  size.columns = window.ws_col;
  size.rows = window.ws_row;
  size.cell_width = window.ws_xpixel / window.ws_col;
  size.cell_height = window.ws_ypixel / window.ws_row;
  return size;
}

std::string Tty::read() {
  std::array<char, 1024> bytes;
  const ssize_t count = ::read(fd_, bytes.data(), bytes.size());
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) gone_ = true;
  return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

void Tty::write(std::string_view text) {
  waiting_ += text;
  flush();
}

bool Tty::flush() {
  while (!waiting_.empty()) {
    const ssize_t count = ::write(fd_, waiting_.data(), waiting_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count < 0) waiting_.clear();  // it was closed: SIGHUP says so, too
    if (count > 0) waiting_.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

void Tty::drain(std::int64_t until) {
  while (!flush() && monotonic_now() < until) {
    pollfd p{fd_, POLLOUT, 0};
    poll(&p, 1, 50);
  }
}

}  // namespace sl::terminal

// A terminal in our hands: read key by key, written without waiting, and given back as it was, whatever becomes of us.

#pragma once

#include <termios.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sl::terminal {

struct Size {
  int columns = 80, rows = 24;
  int cell_width = 0, cell_height = 0;  // pixels; 0: not told
  bool operator==(const Size&) const = default;
};

// Keys come one by one and unseen; Ctrl-C still interrupts the whole pipe. Where this process dies without having
// given the terminal back, another one that it has forked off does it.
class Tty {
 public:
  // The terminal of standard output or, where that is none, the one this process belongs to. Before the sandbox, and
  // before any thread. Throws NoInput where there is none.
  Tty();
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;
  ~Tty();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] Size size() const;
  // What has come, or "".
  [[nodiscard]] std::string read();
  [[nodiscard]] bool gone() const { return gone_; }  // nobody will ever type there again
  // Takes all of it, and sends as much as goes without waiting. Once the terminal is gone, nothing.
  void write(std::string_view text);
  // Sends what is left. True: nothing is.
  bool flush();
  [[nodiscard]] bool is_flushed() const { return waiting_.empty(); }
  // The same, and waits, until this time on the monotonic clock.
  void drain(std::int64_t until);

  // What makes the terminal's screen what it was.
  static constexpr std::string_view reset = "\033_Ga=d,q=2\033\\\033[0m\033[?25h\033[?7h\033[?1049l";
  // From now on it is written at the end.
  void needs_reset();

 private:
  void start_guard();

  int fd_ = -1, guard_ = -1;
  termios before_{};
  std::string waiting_;
  bool resets_ = false, gone_ = false;
};

}  // namespace sl::terminal

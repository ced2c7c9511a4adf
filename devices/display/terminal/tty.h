// A terminal under our control: read key by key, written without blocking, and restored after any end of this process.

#pragma once

#include <termios.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sl::terminal {

struct Size {
  int columns = 80, rows = 24;
  int cell_width = 0, cell_height = 0;  // pixels; 0: unknown
  bool operator==(const Size&) const = default;
};

// Keys come one by one and unseen; Ctrl-C still interrupts the whole pipe. If this process dies before it has
// restored the terminal, a forked one does it.
class Tty {
 public:
  // Take the terminal of standard output or, if that is no terminal, the controlling one. Call it before the sandbox,
  // and before any thread. Throw NoInput if there is no terminal.
  Tty();
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;
  ~Tty();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] Size size() const;
  // Return the input so far, or "".
  [[nodiscard]] std::string read();
  [[nodiscard]] bool is_gone() const { return gone_; }  // it has hung up
  // At the end, discard the input that was not read.
  void discard_input() { discards_ = true; }
  // Take all of it, and send as much as goes without blocking. After a hang-up do nothing.
  void write(std::string_view text);
  // Send the rest. Return true if all is sent.
  bool flush();
  [[nodiscard]] bool is_flushed() const { return waiting_.empty(); }
  // The same, and waits, until this time on the monotonic clock.
  void drain(std::int64_t until);

  // Restores the terminal's screen.
  static constexpr std::string_view reset = "\033_Ga=d,q=2\033\\\033[0m\033[?25h\033[?7h\033[?1049l";
  // From now on it is written at the end.
  void needs_reset();

 private:
  void start_guard();

  int fd_ = -1, guard_ = -1;
  termios before_{};
  std::string waiting_;
  bool resets_ = false, discards_ = false, gone_ = false;
};

}  // namespace sl::terminal

// Lines that arrive while a stage works: from a file, a FIFO or a descriptor.

#pragma once

#include <string>
#include <vector>

namespace sl {

class Control {
 public:
  Control() = default;
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  ~Control();

  // Open a file, a FIFO, or the descriptor that a number names. Call it before the sandbox. A FIFO whose writers have
  // gone is read again when another one comes. Throw NoInput.
  void open(const std::string& name);
  // Return the whole lines that have arrived, without waiting. At the end of a file its last line counts without its
  // end. A line over 64 KiB is left out, with a warning.
  [[nodiscard]] std::vector<std::string> take_lines();

 private:
  int fd_ = -1;
  bool is_file_ = false;
  std::string rest_;  // the start of a line
};

}  // namespace sl

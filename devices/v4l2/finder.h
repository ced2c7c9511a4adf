// A process that finds a camera again which was unplugged. The stage itself is locked in by then and can open nothing;
// the one in which a camera comes back under another name is this one's affair, and it does nothing else.

#pragma once

#include "devices/v4l2/device.h"

namespace sl::v4l2 {

class Finder {
 public:
  // Starts it: before the sandbox. Throws Resources.
  explicit Finder(const Identity& camera);
  ~Finder();  // ends it
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;

  // Begin to search. The camera's old descriptor must be closed by then.
  void ask() const;
  // Can be read when it was found.
  [[nodiscard]] int fd() const { return socket_; }
  // The camera, opened, under the path that it has now.
  [[nodiscard]] Device receive() const;

 private:
  int socket_ = -1, child_ = -1;
};

}  // namespace sl::v4l2

// Keeping libraries quiet.

#pragma once

#include <array>

namespace sl {

// Codecs print what they dislike to standard error. What matters is in libheif's error too; what they print while this
// lives goes into a pipe that nothing reads and that drops what does not fit.
class Silence {
 public:
  Silence();
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence();

 private:
  int saved_;
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace sl

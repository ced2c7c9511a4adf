// Standard error for a while.

#include "formats/silence.h"

#include <fcntl.h>
#include <unistd.h>

namespace sl {

Silence::Silence() : saved_(dup(STDERR_FILENO)) {
  if (saved_ < 0 || pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  dup2(ends_[1], STDERR_FILENO);
}

Silence::~Silence() {
  if (saved_ >= 0 && ends_[0] >= 0) dup2(saved_, STDERR_FILENO);
  for (const int fd : {saved_, ends_[0], ends_[1]}) {
    if (fd >= 0) close(fd);
  }
}

}  // namespace sl

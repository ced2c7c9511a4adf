// AVIF and HEIC: ISO/IEC 23008-12 (HEIF), and AV1 in it (https://aomediacodec.github.io/av1-avif/).

#include "formats/heif/heif.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace sl {

namespace heif {

std::string message(const heif_error& error) {
  if (error.code == heif_error_Ok) return {};
  std::string text(error.message == nullptr ? "failed" : error.message);
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return printable(text, 200);
}

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

}  // namespace heif

extern const Format heif_format;
const Format heif_format{
    .info = heif_info,
    .decoder = heif::make_decoder,
    .encoder = heif::make_encoder,
    .intact_part = nullptr,
};

}  // namespace sl

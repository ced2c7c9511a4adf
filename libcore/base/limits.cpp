// Limits, and their messages: the amount, the limit, and the option that raises it.

#include "libcore/base/limits.h"

#include <string>

#include "libcore/base/error.h"

namespace sl {

Limits& limits() {
  static Limits instance;
  return instance;
}

namespace {

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB"; }

[[noreturn]] void over(std::string_view name, const std::string& what, const std::string& option) {
  throw Error(Status::Limit, std::string(name) + ": " + what + " (" + option + " raises the limit)");
}

}  // namespace

void check_pixels(std::string_view name, std::uint64_t width, std::uint64_t height) {
  const std::uint64_t pixels = saturating_multiply(width, height);
  if (pixels <= limits().pixels) return;
  over(name,
       std::to_string(width) + "x" + std::to_string(height) + " is over the limit of " +
           (limits().pixels < 1000000 ? std::to_string(limits().pixels) + " pixels"
                                      : std::to_string(limits().pixels / 1000000) + " megapixels"),
       "--max-pixels");
}

void check_memory(std::string_view name, std::uint64_t bytes, std::string_view what) {
  if (bytes <= limits().memory) return;
  over(name, std::string(what) + " takes " + megabytes(bytes) + ", over the limit of " + megabytes(limits().memory),
       "--max-memory");
}

void check_metadata(std::string_view name, std::uint64_t bytes, std::string_view what) {
  if (bytes <= limits().metadata) return;
  over(name, std::string(what) + " of " + megabytes(bytes) + " is over the limit of " + megabytes(limits().metadata),
       "--max-metadata");
}

}  // namespace sl

// Errors and their text.

#include "libcore/base/error.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace sl {

Error Error::upstream(Status status, Cause cause, bool already_reported) {
  std::string line = cause.tool;
  if (!cause.host.empty()) line += " on " + cause.host;
  Error error(status, (line.empty() ? "" : line + ": ") + cause.message);
  error.cause_ = std::move(cause);
  error.already_reported_ = already_reported;
  return error;
}

Error system_error(Status status, std::string_view name) {
  const int code = errno;
  return {status, std::string(name) + ": " + std::strerror(code)};
}

namespace {

// Return the length of the UTF-8 sequence at the start of `text`, 0 if it is invalid or unsafe to print (RFC 3629; C1
// controls and bidirectional overrides would drive a terminal too).
std::size_t printable_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  if (byte(0) >= 0xc2 && byte(0) < 0xe0) return follows(1) && !(byte(0) == 0xc2 && byte(1) < 0xa0) ? 2 : 0;
  if (byte(0) >= 0xe0 && byte(0) < 0xf0) {
    const unsigned code = (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
    const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return follows(1) && follows(2) && code >= 0x800 && !(code >= 0xd800 && code < 0xe000) && !direction ? 3 : 0;
  }
  if (byte(0) >= 0xf0 && byte(0) < 0xf5) {
    const unsigned code = (byte(0) & 7u) << 18 | (byte(1) & 63u) << 12;
    return follows(1) && follows(2) && follows(3) && code >= 0x10000 && code < 0x110000 ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = printable_sequence(text);
    if (result.size() + (length == 0 ? 4 : length) > limit) return result + "...";
    if (length != 0) {
      result += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(text.front());
      result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace sl

// A descriptor that one process passes to another, with a text, through a socket of packets (SOCK_SEQPACKET).

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sl {

// Return false if the other end has closed. The text must not be empty.
bool send_descriptor(int socket, std::string_view text, int fd);

struct DescriptorLetter {
  std::string text;
  int fd = -1;  // closes on exec; the caller's
};
// Return the next letter, whose text has at most `longest` bytes; nothing if the other end has closed, or, unless it
// shall `wait`, if none is there.
[[nodiscard]] std::optional<DescriptorLetter> receive_descriptor(int socket, std::size_t longest, bool wait);

}  // namespace sl

// Listening TCP sockets.

#pragma once

#include <string>

struct sockaddr;

namespace sl {

struct Listener {
  int fd = -1;       // non-blocking, closes on exec; the caller's
  std::string host;  // as in a URL: an IPv6 address in brackets, the machine's name if it listens on all addresses
  std::string port;  // the one that the kernel chose for 0
  bool is_loopback = false;
};

// Listen at a host and port; an empty host is all addresses, of IPv6 and IPv4. Throws CannotCreate (the port is taken,
// an unknown name), NotPermitted: "cannot ACTION: …".
[[nodiscard]] Listener listen_at(const std::string& host, const std::string& port, const std::string& action);

// Return whether only this machine reaches the address.
[[nodiscard]] bool is_loopback(const sockaddr* address);

}  // namespace sl

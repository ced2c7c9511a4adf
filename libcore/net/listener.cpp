// Names to addresses, addresses to sockets.

#include "libcore/net/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "libcore/base/error.h"

namespace sl {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses find_addresses(const std::string& host, const std::string& port, const std::string& action) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) throw Error(Status::CannotCreate, "cannot " + action + ": " + gai_strerror(error));
  return {found, freeaddrinfo};
}

bool is_any(const sockaddr* address) {
  if (address->sa_family == AF_INET)
    return reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr == INADDR_ANY;
  return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr) != 0;
}

// Return a socket that listens, or -1 with errno.
int open_listener(const addrinfo& at) {
  const int fd = socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int yes = 1, no = 0;
  // Ports of connections that have just ended count as free.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (at.ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  constexpr int backlog = 256;
  if (bind(fd, at.ai_addr, at.ai_addrlen) == 0 && listen(fd, backlog) == 0) return fd;
  const int code = errno;
  close(fd);
  errno = code;
  return -1;
}

}  // namespace

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    constexpr unsigned loopback_net = 127;
    return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24 == loopback_net;
  }
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr) != 0;
}

Listener listen_at(const std::string& host, const std::string& port, const std::string& action) {
  Addresses found = find_addresses(host.empty() ? "::" : host, port, action);
  Listener result;
  result.fd = open_listener(*found);
  if (result.fd < 0 && host.empty() && errno != EADDRINUSE && errno != EACCES) {  // a kernel without IPv6
    found = find_addresses("0.0.0.0", port, action);
    result.fd = open_listener(*found);
  }
  if (result.fd < 0) {
    throw system_error(errno == EACCES ? Status::NotPermitted : Status::CannotCreate, "cannot " + action);
  }
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(result.fd, reinterpret_cast<sockaddr*>(&bound), &length);
  result.port = std::to_string(ntohs(found->ai_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                                                  : reinterpret_cast<sockaddr_in&>(bound).sin_port));
  result.is_loopback = is_loopback(found->ai_addr);
  result.host = host.find(':') == std::string::npos ? host : "[" + host + "]";
  std::array<char, 256> name{};
  if (is_any(found->ai_addr) && gethostname(name.data(), name.size() - 1) == 0) result.host = name.data();
  return result;
}

}  // namespace sl

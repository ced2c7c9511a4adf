// The calls of sockets.

#include "libcore/hop/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/net/listener.h"

namespace sl::hop {

namespace {

// Close on failure, and keep errno for the message.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    const int code = errno;
    if (fd_ >= 0) close(fd_);
    errno = code;
  }
  int release() { return std::exchange(fd_, -1); }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(static_cast<void*>(address.sun_path), path.data(), path.size());
  return address;
}

int try_unix(const std::string& path) {
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_address(path);
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  fcntl(socket.fd(), F_SETFL, O_NONBLOCK);
  return socket.release();
}

// Bind beside the name, with the right mode, and rename: so a client never finds a socket that does not listen.
Entrance listen_unix(const Address& address) {
  const std::string& path = address.path;
  struct stat info {};
  if (lstat(path.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) throw Error(Status::CannotCreate, path + ": is there, and no socket");
    const Socket live(try_unix(path));
    if (live.fd() >= 0 || errno != ECONNREFUSED) {
      throw Error(Status::CannotCreate, path + ": another process listens at this socket");
    }
  }
  const std::string temporary = path + "." + std::to_string(getpid());
  if (temporary.size() >= sizeof(sockaddr_un::sun_path)) {
    throw Error(Status::CannotCreate, path + ": too long for a socket's name");
  }
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un name = unix_address(temporary);
  constexpr int backlog = 64;
  const mode_t before = umask(S_IXUSR | S_IRWXG | S_IRWXO);
  const bool bound = bind(socket.fd(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
  umask(before);
  if (!bound || listen(socket.fd(), backlog) != 0 || rename(temporary.c_str(), path.c_str()) != 0) {
    const Error failure = system_error(errno == EACCES ? Status::NotPermitted : Status::CannotCreate, path);
    if (bound) unlink(temporary.c_str());
    throw failure;
  }
  return {socket.release(), false, true, true, address.text()};
}

Entrance take_descriptor(const Address& address) {
  int type = 0, listens = 0;
  socklen_t length = sizeof type;
  sockaddr_storage own{};
  socklen_t own_length = sizeof own;
  const int given = address.descriptor;
  if (getsockopt(given, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM ||
      getsockname(given, reinterpret_cast<sockaddr*>(&own), &own_length) != 0) {
    throw Error(Status::NoInput, address.text() + ": is no stream socket");
  }
  length = sizeof listens;
  getsockopt(given, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length);
  // A new number: the frame of a stage closes those that it inherited.
  const int fd = fcntl(given, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) throw system_error(Status::Resources, address.text());
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  const bool is_unix = own.ss_family == AF_UNIX;
  const bool is_local = is_unix || is_loopback(reinterpret_cast<const sockaddr*>(&own));
  return {fd, listens == 0, is_local, is_unix, address.text()};
}

// Wait until the socket is connected, or fail with errno.
bool finish_connect(int fd, std::int64_t until) {
  while (true) {
    const std::int64_t rest = until - monotonic_now();
    if (rest <= 0) {
      errno = ETIMEDOUT;
      return false;
    }
    pollfd wanted{fd, POLLOUT, 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(rest / 1'000'000 + 1, 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    int code = 0;
    socklen_t length = sizeof code;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length);
    errno = code;
    return code == 0;
  }
}

// Try each address of a name, in the resolver's order; those before the last have a part of the time.
int connect_tcp(const Address& address, std::int64_t until) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
  if (error != 0) throw Error(Status::Unavailable, address.text() + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Socket socket(::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.fd() < 0) continue;
    const std::int64_t now = monotonic_now();
    const std::int64_t limit = each->ai_next == nullptr ? until : std::min(until, now + (until - now) / 3);
    if (connect(socket.fd(), each->ai_addr, each->ai_addrlen) == 0) return socket.release();
    if (errno == EINPROGRESS && finish_connect(socket.fd(), limit)) return socket.release();
  }
  return -1;
}

}  // namespace

Entrance open_entrance(const Address& address) {
  if (address.kind == Address::Kind::Descriptor) return take_descriptor(address);
  if (address.kind == Address::Kind::Unix) return listen_unix(address);
  const Listener listener = listen_at(address.host, address.port, "listen at " + address.text());
  const std::string host = address.host.empty() ? "" : listener.host;
  return {listener.fd, false, listener.is_loopback, false, host + ":" + listener.port};
}

int connect_to(const Address& address, std::int64_t patience) {
  const std::int64_t until = monotonic_now() + patience;
  return address.kind == Address::Kind::Unix ? try_unix(address.path) : connect_tcp(address, until);
}

bool is_surely_local(const Address& address) {
  if (address.kind == Address::Kind::Unix || address.host == "localhost") return true;
  in_addr four{};
  in6_addr six{};
  constexpr unsigned loopback_net = 127;
  if (inet_pton(AF_INET, address.host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == loopback_net;
  return inet_pton(AF_INET6, address.host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

void prepare_connection(int fd, bool is_unix) {
  if (is_unix) return;
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  // Little waits in the kernel behind what it has sent, so that what is old can still be left out before it is
  // encrypted.
  const int unsent = 256 << 10;
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

std::string foreign_user(int fd) {
  ucred other{};
  socklen_t length = sizeof other;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &other, &length) != 0) return "the user of the other end is unknown";
  if (other.uid == geteuid()) return {};
  return "the other end belongs to another user (" + std::to_string(other.uid) + ")";
}

std::string other_address(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "an unknown address";
  if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(address).sin_addr, text.data(), text.size());
  } else if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<sockaddr_in6&>(address).sin6_addr;
    constexpr std::size_t mapped = 12;  // an IPv4 address in one of IPv6
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
      inet_ntop(AF_INET, &six.s6_addr[mapped], text.data(), text.size());
    } else {
      inet_ntop(AF_INET6, &six, text.data(), text.size());
    }
  } else {
    return "a local process";
  }
  return text.data();
}

}  // namespace sl::hop

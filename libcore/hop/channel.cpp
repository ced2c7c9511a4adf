// Channel: the socket's calls, and OpenSSL's.

#include "libcore/hop/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/hop/tls.h"

namespace sl::hop {

namespace {

// RFC 8446, 5.5: one key may encrypt 2^24.5 records of 16 KiB. Change it long before.
constexpr std::uint64_t bytes_of_a_key = std::uint64_t{1} << 36;

Error broken(const std::string& why) { return {Status::Upstream, "the connection is broken: " + why}; }

}  // namespace

Channel::Channel(int socket, const Tls* tls) : socket_(socket) {
  if (tls == nullptr) {
    greeted_ = true;
    return;
  }
  try {
    tls_ = tls->open(socket);
  } catch (...) {
    ::close(socket);
    throw;
  }
}

Channel::Channel(Channel&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      tls_(std::exchange(other.tls_, nullptr)),
      peer_(std::move(other.peer_)),
      written_(other.written_),
      closed_(other.closed_),
      unsent_(other.unsent_),
      read_wants_write_(other.read_wants_write_),
      greeted_(other.greeted_) {}

Channel& Channel::operator=(Channel&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(tls_, other.tls_);
  std::swap(peer_, other.peer_);
  std::swap(written_, other.written_);
  std::swap(closed_, other.closed_);
  std::swap(read_wants_write_, other.read_wants_write_);
  std::swap(unsent_, other.unsent_);
  std::swap(greeted_, other.greeted_);
  return *this;
}

Channel::~Channel() {
  SSL_free(tls_);
  if (socket_ >= 0) ::close(socket_);
}

void Channel::fail(int result) {
  const int code = errno;
  const int error = SSL_get_error(tls_, result);
  const std::string reason = tls_failure();
  if (error == SSL_ERROR_SYSCALL && code != 0) {
    errno = code;
    throw broken(system_error(Status::Upstream, "").what() + 2);
  }
  throw greeted_ ? broken(reason) : Error(Status::Upstream, "TLS: " + reason);
}

bool Channel::handshake() {
  if (greeted_) return true;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(tls_);
  read_wants_write_ = false;
  if (result != 1) {
    switch (SSL_get_error(tls_, result)) {
      case SSL_ERROR_WANT_READ:
        return false;
      case SSL_ERROR_WANT_WRITE:
        read_wants_write_ = true;
        return false;
      case SSL_ERROR_SYSCALL:
        if (errno == 0) throw Error(Status::Upstream, "the other end closed the connection before it proved a key");
        [[fallthrough]];
      default:
        fail(result);
    }
  }
  peer_ = proven_name(tls_);
  if (peer_.empty()) throw Error(Status::Upstream, "TLS: the other end proved no key, or speaks another protocol");
  greeted_ = true;
  return true;
}

std::size_t Channel::read(std::span<std::byte> into) {
  std::size_t done = 0;
  read_wants_write_ = false;
  while (done < into.size() && !closed_) {
    const auto rest = into.subspan(done);
    if (tls_ == nullptr) {
      const ssize_t count = recv(socket_, rest.data(), rest.size(), 0);
      if (count == 0) closed_ = true;
      if (count > 0) done += static_cast<std::size_t>(count);
      if (count >= 0 || errno == EINTR) continue;
      if (errno == EAGAIN) break;
      throw broken(system_error(Status::Upstream, "").what() + 2);
    }
    std::size_t count = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(tls_, rest.data(), rest.size(), &count);
    done += count;
    if (result == 1) continue;
    const int error = SSL_get_error(tls_, result);
    if (error == SSL_ERROR_WANT_READ) break;
    if (error == SSL_ERROR_WANT_WRITE) {
      read_wants_write_ = true;
      break;
    }
    // An end without goodbye as well: no end of a connection is a good end of a stream.
    if (error != SSL_ERROR_ZERO_RETURN && done == 0 && errno != 0) fail(result);
    closed_ = true;
  }
  return done;
}

std::size_t Channel::write(std::span<const std::byte> from) {
  std::size_t done = 0;
  while (done < from.size()) {
    const auto rest = from.subspan(done);
    if (tls_ == nullptr) {
      const ssize_t count = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count > 0) done += static_cast<std::size_t>(count);
      if (count >= 0 || errno == EINTR) continue;
      if (errno == EAGAIN) break;
      throw broken(system_error(Status::Upstream, "").what() + 2);
    }
    if (written_ > bytes_of_a_key && SSL_key_update(tls_, SSL_KEY_UPDATE_NOT_REQUESTED) == 1) written_ = 0;
    std::size_t count = 0;
    ERR_clear_error();
    errno = 0;
    const int result = SSL_write_ex(tls_, rest.data(), rest.size(), &count);
    done += count;
    written_ += count;
    if (result == 1) continue;
    const int error = SSL_get_error(tls_, result);
    if (error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ) break;
    fail(result);
  }
  if (tls_ != nullptr) flush();
  return done;
}

// Move what OpenSSL has gathered to the socket.
void Channel::flush() {
  BIO* const out = SSL_get_wbio(tls_);
  errno = 0;
  const int result = static_cast<int>(BIO_flush(out));
  unsent_ = BIO_wpending(out) != 0;
  if (result > 0 || BIO_should_retry(out) != 0) return;
  throw broken(errno == 0 ? "the other end has gone" : system_error(Status::Upstream, "").what() + 2);
}

void Channel::close() {
  if (tls_ != nullptr && greeted_) {
    ERR_clear_error();
    SSL_shutdown(tls_);
    (void)BIO_flush(SSL_get_wbio(tls_));
    ERR_clear_error();
  }
  shutdown(socket_, SHUT_WR);
}

}  // namespace sl::hop

// TLS 1.3 between two ends that have the same key (RFC 8446, an external pre-shared key), by OpenSSL. Programs that use
// this link OpenSSL.

#pragma once

#include <memory>
#include <string>

#include "libcore/hop/keys.h"

struct ssl_ctx_st;
struct ssl_st;

namespace sl::hop {

// The settings of all connections of a process.
class Tls {
 public:
  enum class Side { Connects, Listens };

  // Throws Resources.
  Tls(Keys keys, Side side);
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;
  ~Tls();

  // Return the state of a connection on a socket, which stays the caller's; SSL_free() it. Throws Resources.
  [[nodiscard]] ssl_st* open(int socket) const;

  [[nodiscard]] Side side() const { return side_; }
  [[nodiscard]] const Keys& keys() const { return keys_; }

 private:
  Keys keys_;
  Side side_;
  ssl_ctx_st* context_;
};

// Return the name of the key that the other end proved to have, once the handshake is done; empty if it proved none.
[[nodiscard]] std::string proven_name(ssl_st* connection);
// Return why the connection failed, from OpenSSL's queue of errors: one line.
[[nodiscard]] std::string tls_failure();

}  // namespace sl::hop

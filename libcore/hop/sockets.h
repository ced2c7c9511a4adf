// Sockets for a hop: connected ones, and those that listen. All are non-blocking and close on exec.

#pragma once

#include <cstdint>
#include <string>

#include "libcore/hop/address.h"

namespace sl::hop {

// Where connections come from.
struct Entrance {
  int fd = -1;
  bool connected = false;  // fd is a connection already (fd:N)
  bool is_local = false;   // only this machine reaches it: a Unix socket, or loopback
  bool is_unix = false;
  std::string text;  // for messages: "127.0.0.1:43121"
};

// Listen, or take over a descriptor. A Unix socket has mode 0600, and replaces one that no process listens at. Throws
// CannotCreate, NotPermitted, NoInput (fd:N is no stream socket).
[[nodiscard]] Entrance open_entrance(const Address& address);

// Connect, for at most `patience` ns, and look the name up each time. Return -1 and errno if that fails. Throws
// Unavailable if the name is unknown.
[[nodiscard]] int connect_to(const Address& address, std::int64_t patience);

// Return whether the address of a user is surely this machine, without a look-up: a Unix socket, localhost, a number of
// loopback.
[[nodiscard]] bool is_surely_local(const Address& address);

// Set a connected socket up for a hop.
void prepare_connection(int fd, bool is_unix);
// Return why the process at the other end of a Unix socket may not take part: it belongs to another user. Empty if it
// may.
[[nodiscard]] std::string foreign_user(int fd);
// "192.0.2.7", for messages and limits of an address; "a local process".
[[nodiscard]] std::string other_address(int fd);

}  // namespace sl::hop

// Where the other end of a hop is: the argument of sl-send and sl-recv.

#pragma once

#include <string>
#include <string_view>

namespace sl::hop {

struct Address {
  enum class Kind { Tcp, Unix, Descriptor };
  Kind kind = Kind::Tcp;
  bool listens = false;    // of Tcp: waits for the other end; of Unix the sender listens
  std::string host, port;  // of Tcp; an empty host of a listener is all addresses
  std::string path;        // of Unix
  int descriptor = -1;     // a socket that this process was started with, connected or listening

  // As the user writes it, for messages.
  [[nodiscard]] std::string text() const;
};

// "host:7000" and "[::1]:7000" connect; ":7000" listens on all addresses; "unix:PATH"; "fd:3". Throws Usage, naming
// `option`.
void parse_value(std::string_view option, std::string_view text, Address& value);

// The value of --listen: "127.0.0.1:7000", "[::1]:0", ":7000".
struct ListenAddress {
  Address address;
};
void parse_value(std::string_view option, std::string_view text, ListenAddress& value);

}  // namespace sl::hop

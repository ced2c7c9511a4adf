// Bytes over a connected socket that never waits, in TLS or plain.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

struct ssl_st;

namespace sl::hop {

class Tls;

class Channel {
 public:
  // Take ownership of a connected, non-blocking socket. `tls` may be null: plain; otherwise it outlives the Channel.
  Channel(int socket, const Tls* tls);
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&& other) noexcept;
  ~Channel();

  // Continue the handshake; return whether it is done. Plain channels are done at once. Throws Upstream with the reason
  // without the peer's name.
  bool handshake();
  // The name of the key that the other end has proved; empty of plain channels.
  [[nodiscard]] const std::string& peer() const { return peer_; }

  // Move bytes as far as that does not wait; return their number. Fewer than fit: poll() reports when more can move.
  // Throw Upstream if the connection is broken; after the other end has closed it, closed() is true.
  std::size_t read(std::span<std::byte> into);
  std::size_t write(std::span<const std::byte> from);
  [[nodiscard]] bool closed() const { return closed_; }
  // Whether bytes that write() has taken wait for room in the socket, or a read does. Then poll for that, and write().
  [[nodiscard]] bool waits_for_room() const { return unsent_ || read_wants_write_; }

  // Say goodbye, as far as that does not wait.
  void close();

  [[nodiscard]] int socket() const { return socket_; }

 private:
  [[noreturn]] void fail(int result);
  void flush();

  int socket_;
  ssl_st* tls_ = nullptr;
  std::string peer_;
  std::uint64_t written_ = 0;  // since the last change of keys
  bool closed_ = false, unsent_ = false, read_wants_write_ = false, greeted_ = false;
};

}  // namespace sl::hop

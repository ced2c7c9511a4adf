// One connection of a hop: handshake, HELLO of both ends, then records; signs of life in both directions. It never
// waits: an event loop asks it what to poll for. Its functions throw Upstream, Wire or Limit, with the reason alone.

#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "libcore/hop/channel.h"
#include "libcore/hop/records.h"

namespace sl {
struct Cause;
}

namespace sl::hop {

// The user of an open connection.
class LinkUser {
 public:
  virtual ~LinkUser() = default;
  // A whole record has come. DATA does not come here.
  virtual void on_record(Type type, std::span<const std::byte> body) = 0;
  // A receiver returns memory for the next bytes of DATA, at least one and at most `most`, and then gets their number.
  virtual std::span<std::byte> place_data(std::size_t most) = 0;
  virtual void on_data(std::size_t count) = 0;
  // A sender appends bytes for DATA, if it has some, or sends a record that comes after all DATA. Called when all that
  // went before is in the socket.
  virtual void fill_data(std::vector<std::byte>& bytes) = 0;
};

class Link {
 public:
  // `connects`: this end has connected, so it says HELLO first. `own` is its HELLO. `timeout`: ns without a byte from
  // the other end after which the line is dead. Handshake and HELLOs have 5 s together.
  Link(Channel channel, Hello own, bool connects, std::int64_t timeout);

  // Handshake and HELLOs. Return whether both are done.
  bool greet(short revents);
  // Then read, write and call the user's functions, as far as that does not wait.
  void work(short revents, LinkUser& user);
  // What to poll the socket for, and until when (monotonic ns): then call greet() or work() with 0.
  [[nodiscard]] pollfd wanted() const;
  [[nodiscard]] std::int64_t due() const;

  // Queue a record.
  void send(Type type, std::span<const std::byte> body = {});
  void abort(const Cause& cause);
  // Whether everything queued is in the socket.
  [[nodiscard]] bool is_flushed() const {
    return active_.empty() && control_.empty() && !has_data() && !channel_.waits_for_room();
  }
  // How many bytes of DATA the other end allows to be sent, counted from the start of the connection.
  void allow_data(std::uint64_t bytes) { allowed_ = bytes; }
  [[nodiscard]] std::uint64_t data_sent() const { return data_sent_; }

  [[nodiscard]] const Hello& other() const { return other_; }
  [[nodiscard]] const std::string& key() const { return channel_.peer(); }
  [[nodiscard]] bool closed() const { return channel_.closed(); }
  // The least round trip of the last ALIVEs in ns; 0: unknown.
  [[nodiscard]] std::int64_t round_trip() const { return round_trip_; }
  void close() { channel_.close(); }

 private:
  enum class State { Handshake, Greeting, Open };
  [[nodiscard]] bool has_data() const { return data_begin_ < data_.size(); }
  void greet_other();
  // Read up to `size` bytes into gathered_; return whether they are all there.
  bool gather(std::size_t size);
  void take_hello();
  void read_records(LinkUser& user);
  void write_out(LinkUser* user);
  bool next_output(LinkUser* user);
  void on_alive(std::span<const std::byte> body);
  void check_silence();

  Channel channel_;
  Hello own_, other_;
  const bool connects_;
  const std::int64_t timeout_;
  State state_ = State::Handshake;
  bool said_hello_ = false, knows_preamble_ = false;

  // Reading: the bytes of a preamble, a header, or a record other than DATA.
  std::vector<std::byte> gathered_;
  Header header_;
  bool has_header_ = false;
  std::uint32_t data_left_ = 0;  // bytes of the current DATA

  // Writing: `active_` is being written, and lies in sending_ or data_.
  std::vector<std::byte> control_, sending_, data_;
  std::size_t data_begin_ = 0;
  std::span<const std::byte> active_;
  std::uint64_t allowed_ = 0, data_sent_ = 0;

  std::int64_t born_, heard_, alive_at_;  // monotonic ns
  std::int64_t echo_ = 0, echo_at_ = 0;   // of the other end's last ALIVE
  std::int64_t round_trip_ = 0;
};

}  // namespace sl::hop

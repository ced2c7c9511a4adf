// Reading through sl-fetch. A stage that parses holds one end of a socket pair, the process with the network the other.
// The stage sends one request at a time, each with its offset: the socket has no state, so another process can take it
// over between two requests.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl {

// The protocol of the socket. Both ends run on one machine, from one build, and still distrust each other.
namespace remote_wire {

inline constexpr std::uint32_t magic = 0x30465253;    // "SRF0"
inline constexpr std::uint32_t max_bytes = 1u << 20;  // of one answer
inline constexpr std::uint32_t max_message = 1000;
inline constexpr std::uint64_t max_offset = std::uint64_t{1} << 62;
inline constexpr std::uint64_t unknown_size = ~std::uint64_t{0};

inline constexpr std::uint32_t max_reference = 16u << 10;

enum class Operation : std::uint32_t {
  Read,  // up to `length` bytes from `offset`; 0 asks for the state only. `until` is where the stage expects its next
         // reads to end; 0: unknown
  Open,  // a URL or path of `length` bytes follows and becomes this resource; answered like Read of 0 bytes. The stage
         // needs the bytes from `offset` to `until` (0: the end)
  Locate,  // the answer's content, at most `length` bytes, is the resource's URL after redirects
  Close
};
// Resource 0 is the URL of the command line; others are referred to by a resource.
struct Request {
  std::uint32_t magic, length;
  std::uint64_t offset;
  std::uint32_t resource;
  Operation operation;
  std::uint64_t until;
};
static_assert(sizeof(Request) == 32);

// `length` bytes follow: content, fewer than requested if the rest has not arrived, 0 only at the end; or, with a
// status, one line of text for the user. Sent as soon as the server's response has a header.
struct Reply {
  std::uint32_t magic, length;
  std::uint64_t offset;  // of the request
  std::uint64_t size;    // of the resource, or unknown_size
  std::uint64_t ready;   // bytes that have arrived after the end of this answer
  std::uint64_t requests, fetched;
  std::uint32_t status;  // 0, or the Status of the failure
  std::uint32_t ranges;  // 1: requests may have any offset; 0: each continues the one before
};
static_assert(sizeof(Reply) == 56);

}  // namespace remote_wire

// The stage's end of the socket. The caller keeps the descriptor.
class Remote {
 public:
  // Wait for the server's response. Throw its failure, as every read does.
  Remote(int socket, std::string name);
  // Open a URL or path that a resource refers to, as the new `resource`. `start` and `stop` bound the bytes needed;
  // `stop` 0 is the end. Throw NotPermitted if it may not be read, and the server's failure.
  Remote(int socket, std::string name, std::uint32_t resource, const std::string& reference, std::uint64_t start,
         std::uint64_t stop, const std::function<void()>& wait);

  // Fill at most the span; return 0 at the end. Call `wait` before each read from the socket that would wait.
  std::size_t read(std::uint64_t offset, std::span<std::byte> into, const std::function<void()>& wait);
  // Hint that the next reads will cover `begin` to `end` and no more.
  void hint_read_range(std::uint64_t begin, std::uint64_t end) {
    hinted_begin_ = begin;
    hinted_end_ = end;
  }
  // Return whether reading `n` bytes from `offset` would wait for the server.
  [[nodiscard]] bool would_wait(std::uint64_t offset, std::uint64_t n);
  // Return the resource's URL after redirects.
  [[nodiscard]] std::string place();
  // Make sl-fetch forget the resource.
  void close();
  // Report the HTTP requests made and the bytes of content fetched so far.
  void count(std::uint64_t& requests, std::uint64_t& fetched);

  [[nodiscard]] bool can_seek() const { return last_.ranges == 1; }
  [[nodiscard]] std::optional<std::uint64_t> size() const;
  // Return the bytes that had arrived after `offset` at the last answer, if that answer ended there; else 0.
  [[nodiscard]] std::uint64_t known_ready(std::uint64_t offset) const {
    return offset == last_.offset + last_.length ? last_.ready : 0;
  }

 private:
  std::size_t ask(std::uint64_t offset, std::span<std::byte> into, const std::function<void()>& wait,
                  remote_wire::Operation operation = remote_wire::Operation::Read);
  std::size_t answer(const remote_wire::Request& request, std::span<std::byte> into, const std::function<void()>& wait);
  void send(std::span<const std::byte> bytes);
  void receive(std::span<std::byte> into, const std::function<void()>& wait);
  [[noreturn]] void broken(std::string_view what) const;

  int socket_;
  std::uint32_t resource_ = 0;
  std::string name_;
  bool in_step_ = true;  // no request is under way
  std::uint64_t hinted_begin_ = 0, hinted_end_ = 0;
  remote_wire::Reply last_{};
};

// Return a source that reads from sl-fetch at the other end of `socket`, and owns the socket. `head` is as in
// Source::descriptor, for a server that cannot send it again. Throw the failure of the server's first answer.
[[nodiscard]] Source remote_source(int socket, std::string name, std::vector<std::byte> head = {});

}  // namespace sl

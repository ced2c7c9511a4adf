// Reading by way of sl-fetch: a stage that parses holds one end of a socket pair, the process that has the network the
// other. One question at a time, each with its offset, so that the socket can be handed over to another process between
// any two: there is no state in it.

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

// What flows in the socket: both ends are on one machine and of one build, and still distrust each other.
namespace remote_wire {

inline constexpr std::uint32_t magic = 0x30465253;    // "SRF0"
inline constexpr std::uint32_t max_bytes = 1u << 20;  // of one answer
inline constexpr std::uint32_t max_message = 1000;
inline constexpr std::uint64_t max_offset = std::uint64_t{1} << 62;
inline constexpr std::uint64_t unknown_size = ~std::uint64_t{0};

inline constexpr std::uint32_t max_reference = 16u << 10;

enum class Operation : std::uint32_t {
  Read,    // "up to `length` bytes from `offset`"; of 0 bytes it asks how things stand. What is asked for next ends at
           // `until`, as far as the stage knows; 0 where it does not
  Open,    // a URL or path of `length` bytes follows, and is this resource from now on; answered as Read of 0 bytes.
           // Its bytes from `offset` up to `until` (0: the end) are what is wanted
  Locate,  // the content of the answer, at most `length` bytes, is where it was found
  Close
};
// Resource 0 is the URL of the command line, others are what something refers to.
struct Request {
  std::uint32_t magic, length;
  std::uint64_t offset;
  std::uint32_t resource;
  Operation operation;
  std::uint64_t until;
};
static_assert(sizeof(Request) == 32);

// `length` bytes follow: content, fewer than asked for where they are not here yet and 0 only at the end; or, with a
// status, one line of text for a person. Sent as soon as the server has told what it has.
struct Reply {
  std::uint32_t magic, length;
  std::uint64_t offset;  // of the request
  std::uint64_t size;    // of it all, or unknown_size
  std::uint64_t ready;   // bytes that are here already, from the end of this answer on
  std::uint64_t requests, fetched;
  std::uint32_t status;  // 0, or that of the failure (error.h)
  std::uint32_t ranges;  // 1: any offset can be asked for; 0: only one after the other
};
static_assert(sizeof(Reply) == 56);

}  // namespace remote_wire

// The end of the stage that parses. The descriptor stays the caller's.
class Remote {
 public:
  // Waits until the server has told what it has. Throws what went wrong, as every read does.
  Remote(int socket, std::string name);
  // Something that a resource refers to, by a number of its own: a URL, or a path. `start` and `stop` are the bytes
  // that are wanted; `stop` 0 is the end. Throws NotPermitted where it is not allowed, and what goes wrong.
  Remote(int socket, std::string name, std::uint32_t resource, const std::string& reference, std::uint64_t start,
         std::uint64_t stop, const std::function<void()>& wait);

  // Fills at most the span; 0 at the end. `wait` is called before each read from the socket that would wait.
  std::size_t read(std::uint64_t offset, std::span<std::byte> into, const std::function<void()>& wait);
  // Reads from `begin` on will go on to `end`, and no further as far as is known.
  void hint_read_range(std::uint64_t begin, std::uint64_t end) {
    hinted_begin_ = begin;
    hinted_end_ = end;
  }
  // Whether getting `n` bytes from `offset` on waits for the server.
  [[nodiscard]] bool would_wait(std::uint64_t offset, std::uint64_t n);
  // Where it was found, after redirects.
  [[nodiscard]] std::string place();
  // sl-fetch forgets it.
  void close();
  // HTTP requests made and bytes of content fetched until now.
  void count(std::uint64_t& requests, std::uint64_t& fetched);

  [[nodiscard]] bool can_seek() const { return last_.ranges == 1; }
  [[nodiscard]] std::optional<std::uint64_t> size() const;
  // Bytes that were here from `offset` on when the last answer was given, if that answer ended there.
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
  bool in_step_ = true;  // nothing is under way
  std::uint64_t hinted_begin_ = 0, hinted_end_ = 0;
  remote_wire::Reply last_{};
};

// A source that asks sl-fetch at the other end of `socket`, of which it takes ownership. `head` as in
// Source::descriptor, for a server that cannot give it again. Throws what the server's first answer comes to.
[[nodiscard]] Source remote_source(int socket, std::string name, std::vector<std::byte> head = {});

}  // namespace sl

// What the two ends of a hop say to each other, to and from plain structs. The specification is docs/hop-format.md.
// Nothing here reads or writes a socket. Every size is checked here, once.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sl::hop {

inline constexpr std::size_t preamble_bytes = 16, header_bytes = 8;
inline constexpr std::uint32_t max_hello = 16 << 10, max_data = 256 << 10, max_text = 64 << 10;
inline constexpr std::uint64_t min_window = 64 << 10, max_window = 64 << 20;

enum class Type : std::uint8_t {
  Hello = 1,  // JSON
  Start = 2,  // from the sender
  Data = 3,   // from the sender: bytes of the wire
  Ack = 4,    // from the receiver
  Alive = 5,
  Done = 6,   // from the receiver
  Abort = 7,  // JSON, as in the wire's ABORT
  Gone = 8,   // from the receiver: it needs no more
  Gap = 9,    // from the sender: JSON
  Last = 10,  // from the sender: no more DATA comes
};
// Types from here on may be skipped.
inline constexpr std::uint8_t first_ancillary = 0x80;

enum class Role { Send, Receive };
using Id = std::array<std::byte, 16>;  // random

struct Header {
  Type type = Type::Alive;
  std::uint32_t length = 0;
};

struct Hello {
  Role role = Role::Send;
  std::string tool, version, host;
  std::string stream;        // a name, or empty
  std::uint64_t window = 0;  // of a receiver: bytes of DATA that may be on their way
  // Of a receiver that has part of a session: which one, and how many records of it are written.
  std::optional<Id> session;
  std::uint64_t records = 0;
};

struct Start {
  Id session{}, source{};
  std::uint64_t first = 0;  // number of the record that DATA begins with; 0 is the preamble
};

struct Progress {  // ACK, DONE and LAST
  std::uint64_t records = 0, bytes = 0;
  bool operator==(const Progress&) const = default;
};

struct Alive {
  std::int64_t time = 0, wall = 0;  // of the writer: its monotonic clock and UTC, ns
  std::int64_t echo = 0, held = 0;  // `time` of the last ALIVE from the other end and how long ago that came; or both 0
};

[[nodiscard]] std::array<std::byte, preamble_bytes> write_preamble();
[[nodiscard]] std::array<std::byte, header_bytes> write_header(const Header& header);
[[nodiscard]] std::string write_hello(const Hello& hello);
[[nodiscard]] std::array<std::byte, 48> write_start(const Start& start);
[[nodiscard]] std::array<std::byte, 16> write_progress(const Progress& progress);
[[nodiscard]] std::array<std::byte, 32> write_alive(const Alive& alive);

// All throw Error(Wire) or Error(Limit) with the reason, without the other end's name.
void check_preamble(std::span<const std::byte> bytes);
// Check the limits of the type.
[[nodiscard]] Header read_header(std::span<const std::byte> bytes);
[[nodiscard]] Hello read_hello(std::string_view json);
[[nodiscard]] Start read_start(std::span<const std::byte> body);
[[nodiscard]] Progress read_progress(std::span<const std::byte> body);
[[nodiscard]] Alive read_alive(std::span<const std::byte> body);

[[nodiscard]] std::string_view type_name(Type type);
[[nodiscard]] Id random_id();

}  // namespace sl::hop

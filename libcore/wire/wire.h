// The wire's bytes: preamble, record headers and bodies, to and from plain structs. The specification is
// docs/wire-format.md. Nothing here reads or writes a descriptor. Every size is checked here, once.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

struct Attachment;
struct Cause;
struct Frame;
struct Track;

}  // namespace sl

namespace sl::wire {

inline constexpr std::array<unsigned char, 8> magic{0x89, 'S', 'L', 'W', '\r', '\n', 0x1a, '\n'};
inline constexpr std::size_t preamble_bytes = 16, header_bytes = 8, rows_prefix_bytes = 8, frame_bytes = 56;
inline constexpr std::size_t slot_body_bytes = 16;
inline constexpr std::uint16_t major_version = 1, minor_version = 0;

inline constexpr std::uint32_t preamble_compressed = 1;           // tracks are compressed by any codec but that:
inline constexpr std::uint32_t preamble_packed = 2;               // tracks are packed without loss (libcore/packing)
inline constexpr std::uint8_t piece_last = 1, piece_damaged = 2;  // flags of ROWS and BYTES
inline constexpr std::uint8_t next_frame_only = 1, tied_to_pixels = 2;  // flags of ancillary records

enum class Type : std::uint8_t {
  Start = 0,  // never on the wire: a Reader reports a preamble as Start
  Track = 1,
  Frame = 2,
  Rows = 3,
  Bytes = 4,
  End = 5,
  Abort = 6,
  Close = 7,
  Slot = 8,  // a Reader reports it as Rows
  Attachment = 0x80,
  Event = 0x81,
  Stage = 0x82,
};
[[nodiscard]] constexpr bool is_ancillary(Type type) { return static_cast<std::uint8_t>(type) >= 0x80; }
[[nodiscard]] std::string_view type_name(Type type);  // "FRAME"; empty if unknown

struct Header {
  Type type = Type::Start;
  std::uint8_t flags = 0;
  std::uint16_t track = 0;
  std::uint32_t length = 0;
};
[[nodiscard]] constexpr std::uint64_t padding(std::uint64_t length) { return (8 - length % 8) % 8; }

struct Preamble {
  std::uint16_t major = major_version, minor = minor_version;
  std::uint32_t flags = 0;
};

struct StageInfo {
  std::string tool, version, host;
  std::string input;   // "2.1": the inputs of later stages that it came through; empty for the main input
  std::string does{};  // to the samples, if their loss or their form depends on it: "packs without loss"
};

struct RowsPrefix {
  std::uint32_t first = 0, rows = 0;
};

// The body of SLOT: rows whose samples lie in memory that the writer handed over (bytes/shared_slots.h).
struct SlotBody {
  RowsPrefix rows;
  std::uint32_t slot = 0;
};

// One stage's entry in END.
struct StageReport {
  std::string tool, host, command;
  double cpu_seconds = 0;
  std::uint64_t peak_memory = 0, bytes_in = 0, bytes_out = 0;
};
struct TrackCount {
  std::uint16_t track = 0;
  std::uint64_t frames = 0, bytes = 0, damaged = 0;
  bool operator==(const TrackCount&) const = default;
};
struct End {
  std::vector<TrackCount> tracks;
  std::vector<StageReport> stages;  // nearest first
  bool stopped = false;             // an interrupt ended the stream early; it is whole
};

// Return the bytes of a struct. Bodies are without header and padding.
[[nodiscard]] std::array<std::byte, preamble_bytes> write_preamble(const Preamble& preamble);
[[nodiscard]] std::array<std::byte, header_bytes> write_header(const Header& header);
[[nodiscard]] std::array<std::byte, rows_prefix_bytes> write_rows_prefix(const RowsPrefix& prefix);
[[nodiscard]] std::array<std::byte, slot_body_bytes> write_slot_body(const SlotBody& body);
[[nodiscard]] std::string write_track(const Track& track);
[[nodiscard]] std::string write_frame(const Frame& frame);
[[nodiscard]] std::string write_attachment(const Attachment& attachment);
[[nodiscard]] std::string write_stage(const StageInfo& stage);
[[nodiscard]] std::string write_end(const End& end);
[[nodiscard]] std::string write_abort(const Cause& cause);

// Parse bytes into a struct. All throw Error(Wire) or Error(Limit) with the reason, without the input's name.
// `bytes` may be shorter than a preamble if the input ended: then the error is about the bytes present.
[[nodiscard]] Preamble read_preamble(std::span<const std::byte> bytes);
[[nodiscard]] Header read_header(std::span<const std::byte> bytes);  // checks the type-independent limits
[[nodiscard]] RowsPrefix read_rows_prefix(std::span<const std::byte> bytes);
[[nodiscard]] SlotBody read_slot_body(std::span<const std::byte> bytes);  // checks the slot's number
[[nodiscard]] Track read_track(std::string_view json);
[[nodiscard]] Frame read_frame(std::span<const std::byte> body);
[[nodiscard]] Attachment read_attachment(const Header& header, std::span<const std::byte> body);
[[nodiscard]] StageInfo read_stage(std::string_view json);
[[nodiscard]] End read_end(std::string_view json);
[[nodiscard]] Cause read_abort(std::string_view json);

// Return whether these first bytes (two are enough) are the start of the wire, damaged or not, rather than of another
// format.
[[nodiscard]] bool looks_like_wire(std::span<const std::byte> head);
// Return the flags of these first bytes (`preamble_bytes` are enough), 0 if they are no preamble.
[[nodiscard]] std::uint32_t preamble_flags(std::span<const std::byte> head);
// Return the cause of a damaged start, if it is known: "a terminal changed its line ends (ssh -t?)". `head` is up to 4
// KiB.
[[nodiscard]] std::optional<std::string> name_damage(std::span<const std::byte> head);

}  // namespace sl::wire

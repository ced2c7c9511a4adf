// The bytes of a hop's records.

#include "libcore/hop/records.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/json_members.h"
#include "libcore/base/parse.h"
#include "libcore/hop/keys.h"

namespace sl::hop {

namespace {

constexpr std::array<unsigned char, 8> magic{0x89, 'S', 'L', 'H', '\r', '\n', 0x1a, '\n'};
constexpr std::uint16_t major_version = 1, minor_version = 0;
constexpr std::array<std::string_view, 2> roles{"send", "receive"};
constexpr std::array<std::string_view, 11> names{"",     "HELLO", "START", "DATA", "ACK", "ALIVE",
                                                 "DONE", "ABORT", "GONE",  "GAP",  "LAST"};

std::string hex_of(const Id& id) {
  std::string text;
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::byte byte : id) {
    const auto value = std::to_integer<unsigned>(byte);
    text += {digits[value >> 4], digits[value & 15]};
  }
  return text;
}

std::optional<Id> id_of(std::string_view hex) {
  Id id{};
  if (hex.size() != 2 * id.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto value = to_number<unsigned char>(hex.substr(2 * i, 2), 16);
    if (!value) return std::nullopt;
    id.at(i) = static_cast<std::byte>(*value);
  }
  return id;
}

void check_size(std::span<const std::byte> body, std::size_t size, std::string_view name) {
  if (body.size() < size) wire::bad(std::string(name) + " of " + std::to_string(body.size()) + " bytes");
}

// Return the limits of a body's length.
struct Range {
  std::uint32_t least, most;
};
Range lengths(Type type) {
  switch (type) {
    case Type::Hello:
      return {2, max_hello};
    case Type::Start:
      return {48, max_text};
    case Type::Data:
      return {1, max_data};
    case Type::Ack:
    case Type::Done:
    case Type::Last:
      return {16, max_text};
    case Type::Alive:
      return {32, max_text};
    case Type::Abort:
    case Type::Gap:
      return {2, max_text};
    case Type::Gone:
      break;
  }
  return {0, max_text};
}

}  // namespace

std::string_view type_name(Type type) {
  const auto number = static_cast<std::size_t>(type);
  return number < names.size() ? names.at(number) : "";
}

std::array<std::byte, preamble_bytes> write_preamble() {
  std::array<std::byte, preamble_bytes> bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  store_le(bytes.data() + 8, major_version);
  store_le(bytes.data() + 10, minor_version);
  return bytes;
}

void check_preamble(std::span<const std::byte> bytes) {
  const auto first = std::to_integer<unsigned>(bytes[0]);
  if (std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
    constexpr unsigned tls_handshake = 0x16, tls_alert = 0x15;
    if (first == tls_handshake || first == tls_alert) {
      wire::bad("the other end speaks TLS, so it has a key: give this end the same one (--psk FILE)");
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    wire::bad("another protocol than a hop of streamlib: \"" + printable(text) + "\"");
  }
  const auto major = load_le<std::uint16_t>(bytes.data() + 8);
  if (major != major_version) {
    wire::bad("version " + std::to_string(major) + " of the hop's protocol; this end speaks version 1");
  }
}

std::array<std::byte, header_bytes> write_header(const Header& header) {
  std::array<std::byte, header_bytes> bytes{};
  bytes[0] = static_cast<std::byte>(header.type);
  store_le(bytes.data() + 4, header.length);
  return bytes;
}

Header read_header(std::span<const std::byte> bytes) {
  Header header;
  header.type = static_cast<Type>(bytes[0]);
  header.length = load_le<std::uint32_t>(bytes.data() + 4);
  const auto number = std::to_integer<unsigned>(bytes[0]);
  if (number < first_ancillary && type_name(header.type).empty()) {
    wire::bad("an unknown record of type " + std::to_string(number));
  }
  const Range range = lengths(header.type);
  if (header.length < range.least || header.length > range.most) {
    const std::string name = number < first_ancillary ? std::string(type_name(header.type)) : "a record";
    throw Error(header.length > range.most ? Status::Limit : Status::Wire,
                name + " of " + std::to_string(header.length) + " bytes");
  }
  return header;
}

std::string write_hello(const Hello& hello) {
  Json json{{"role", roles.at(static_cast<std::size_t>(hello.role))},
            {"tool", hello.tool},
            {"version", hello.version},
            {"host", hello.host}};
  if (!hello.stream.empty()) json["stream"] = hello.stream;
  if (hello.role == Role::Receive) json["window"] = json_count(hello.window);
  if (hello.session) {
    json["session"] = hex_of(*hello.session);
    json["records"] = json_count(hello.records);
  }
  return write_json(json);
}

Hello read_hello(std::string_view text) {
  Json json = parse_json(text, max_hello);
  Hello hello;
  hello.role = wire::take_word<Role>(json, "role", roles, true);
  hello.tool = wire::take_text(json, "tool", true);
  hello.version = wire::take_text(json, "version", true);
  hello.host = wire::take_text(json, "host", true);
  hello.stream = wire::take_text(json, "stream", false);
  if (!hello.stream.empty() && !is_name(hello.stream)) {
    wire::bad("\"stream\" is \"" + printable(hello.stream, 80) + "\", which is no name");
  }
  if (hello.role == Role::Receive) {
    hello.window = wire::take_count(json, "window", true);
    if (hello.window < min_window || hello.window > max_window) wire::bad("\"window\" is not 64 KiB to 64 MiB");
  }
  if (const std::string session = wire::take_text(json, "session", false); !session.empty()) {
    hello.session = id_of(session);
    if (!hello.session) wire::bad("\"session\" is not 32 hexadecimal digits");
    hello.records = wire::take_count(json, "records", true);
  }
  return hello;
}

std::array<std::byte, 48> write_start(const Start& start) {
  std::array<std::byte, 48> bytes{};
  std::ranges::copy(start.session, bytes.data());
  std::ranges::copy(start.source, bytes.data() + 16);
  store_le(bytes.data() + 32, start.first);
  return bytes;
}

Start read_start(std::span<const std::byte> body) {
  check_size(body, 48, "START");
  Start start;
  std::ranges::copy(body.first(16), start.session.data());
  std::ranges::copy(body.subspan(16, 16), start.source.data());
  start.first = load_le<std::uint64_t>(body.data() + 32);
  return start;
}

std::array<std::byte, 16> write_progress(const Progress& progress) {
  std::array<std::byte, 16> bytes{};
  store_le(bytes.data(), progress.records);
  store_le(bytes.data() + 8, progress.bytes);
  return bytes;
}

Progress read_progress(std::span<const std::byte> body) {
  check_size(body, 16, "ACK, DONE or LAST");
  return {load_le<std::uint64_t>(body.data()), load_le<std::uint64_t>(body.data() + 8)};
}

std::array<std::byte, 32> write_alive(const Alive& alive) {
  std::array<std::byte, 32> bytes{};
  store_le(bytes.data(), alive.time);
  store_le(bytes.data() + 8, alive.wall);
  store_le(bytes.data() + 16, alive.echo);
  store_le(bytes.data() + 24, alive.held);
  return bytes;
}

Alive read_alive(std::span<const std::byte> body) {
  check_size(body, 32, "ALIVE");
  return {load_le<std::int64_t>(body.data()), load_le<std::int64_t>(body.data() + 8),
          load_le<std::int64_t>(body.data() + 16), load_le<std::int64_t>(body.data() + 24)};
}

Id random_id() {
  Id id{};
  if (getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size())) {
    throw system_error(Status::Resources, "random bytes");
  }
  return id;
}

}  // namespace sl::hop

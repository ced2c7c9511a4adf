// Which record may come when, and how streams end.

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/process/signals.h"
#include "libcore/wire/reader_state.h"

namespace sl {

wire::Header Reader::State::start_stream() {
  auto head = source.peek(wire::preamble_bytes);
  const std::size_t known = std::min(head.size(), wire::magic.size());
  const bool prefix = known == 0 || std::memcmp(head.data(), wire::magic.data(), known) == 0;
  if (head.size() < wire::preamble_bytes && prefix) truncated();
  try {
    preamble = wire::read_preamble(head);
  } catch (const Error& e) {
    // Look at more of a damaged start to name the damage.
    const auto damage = wire::name_damage(source.peek(4096));
    if (place == Place::Start && damage) bad("the wire is damaged: " + *damage);
    throw Error(e.status(), source.name() + ": " + e.what() + place_name());
  }
  source.consume(wire::preamble_bytes);
  source.end_header();
  place = Place::InStream;
  ++streams;
  stages.clear();
  accounts.clear();
  stream_attachments.clear();
  record = {Type::Start, 0, 0, 0};
  have_body = true;
  body_size = 0;
  return record;
}

bool Reader::State::would_wait() {
  if (stopped || finished) return false;
  const int room = source.fd() < 0 ? -1 : fcntl(source.fd(), F_GETPIPE_SZ);
  const auto is_partial = [&](std::uint64_t bytes) {
    return bytes <= static_cast<std::uint64_t>(std::max(room, 0)) / 2 && source.would_wait(bytes);
  };
  if (source.would_wait(1) || is_partial(unread)) return true;
  drop_rest();
  if (place == Place::Start) return is_partial(wire::preamble_bytes);
  if (is_partial(wire::header_bytes)) return true;
  const auto head = source.peek(wire::header_bytes);
  if (head.size() < wire::header_bytes) return false;  // the input ends
  if (head[0] == std::byte{wire::magic[0]}) return is_partial(wire::preamble_bytes);
  std::uint32_t length = 0;
  std::memcpy(&length, head.data() + wire::header_bytes - sizeof length, sizeof length);
  return is_partial(wire::header_bytes + std::uint64_t{length} + wire::padding(length));
}

std::optional<wire::Header> Reader::State::next() {
  while (true) {
    if (stopped) return stop_reported ? finish() : stop();
    drop_rest();
    if (place == Place::Start) return start_stream();
    const auto head = source.peek(1);
    if (place == Place::Closed && head.empty()) return finish();
    const bool magic = !head.empty() && head[0] == std::byte{wire::magic[0]};
    if (magic && place != Place::InStream) return start_stream();
    if (place == Place::Closed) garbage();
    if (head.empty()) truncated();
    read_header();
    if (record.type == Type::Close) {
      place = Place::Closed;
      continue;
    }
    dispatch();
    return record;
  }
}

std::optional<wire::Header> Reader::State::finish() {
  finished = true;
  return std::nullopt;
}

void Reader::State::garbage() {
  const auto head = source.peek(16);
  const std::string_view text(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 16));
  bad("garbage after the end: \"" + printable(text) + "\"");
}

void Reader::State::read_header() {
  std::array<std::byte, wire::header_bytes> bytes{};
  if (place == Place::BetweenStreams) {
    const auto type = static_cast<Type>(source.peek(1)[0]);
    if (type != Type::Close && type != Type::Abort) garbage();
  }
  take(bytes);
  // The writer died inside a stream and another one began. No record type is the first byte of the magic.
  if (std::memcmp(bytes.data(), wire::magic.data(), bytes.size()) == 0) truncated();
  record = parsed([&] { return wire::read_header(bytes); });
  if (record.type == Type::Close && place == Place::InStream) bad("CLOSE before END");
  unread = record.length + wire::padding(record.length);
  have_body = false;
}

void Reader::State::dispatch() {
  switch (record.type) {
    case Type::Track:
      return on_track();
    case Type::Frame:
      return on_frame();
    case Type::Rows:
      return on_rows();
    case Type::Slot:
      return on_slot();
    case Type::Bytes:
      return on_bytes();
    case Type::End:
      return on_end();
    case Type::Abort:
      return on_abort();
    case Type::Attachment:
      return on_attachment();
    case Type::Event:
      return on_event();
    case Type::Stage:
      return on_stage();
    case Type::Start:
    case Type::Close:
      break;
  }
}

wire::Header Reader::State::stop() {
  stopped = stop_reported = true;
  unread = 0;
  give_slot_back();
  end = {};
  end.stopped = true;
  record = {Type::End, 0, 0, 0};
  have_body = true;
  body_size = 0;
  place = Place::BetweenStreams;
  return record;
}

bool Reader::State::stops() const {
  return interrupted() != 0 && (may_stop() || (others_may_stop && others_may_stop()));
}

bool Reader::State::is_stop(const Error& error) const {
  if (place != Place::InStream || !stops()) return false;
  if (error.status() == Status::Interrupted) return true;
  return error.cause() && (!error.cause()->code || *error.cause()->code == static_cast<int>(Status::Interrupted));
}

}  // namespace sl

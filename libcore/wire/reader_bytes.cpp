// Reading the bytes of records, wherever they lie, and failing with the place.

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "libcore/wire/reader_state.h"

namespace sl {

std::string Reader::State::place_name() const {
  std::uint64_t frames = 0;
  for (const auto& [number, account] : accounts) frames += account.count.frames;
  std::string at = " after frame " + std::to_string(frames);
  for (const auto& [number, account] : accounts) {
    if (account.open && account.track.is_raw_video()) at += " and row " + std::to_string(account.next_row);
  }
  if (place == Place::BetweenStreams)
    return streams == 1 ? " after its stream" : " after stream " + std::to_string(streams);
  return place == Place::Start ? "" : (streams > 1 ? " in stream " + std::to_string(streams) : "") + at;
}

void Reader::State::bad(const std::string& what) const {
  throw Error(Status::Wire, source.name() + ": " + what + place_name());
}

void Reader::State::truncated() const {
  const std::string without = place == Place::BetweenStreams ? "CLOSE" : "END";
  if (source.can_seek() || source.is_remote()) {
    throw Error(Status::Data, source.name() + ": the wire is truncated: it ended without " + without + place_name());
  }
  Cause cause{writer.tool, writer.host, {}, {}, {}};
  // Every stage of streamlib announces its failure; `cat` of a missing file does not.
  cause.message = place == Place::Start
                      ? "ended before it wrote anything: it failed or was killed, or its connection was lost"
                      : "ended without " + without + place_name() + ": killed, or its connection was lost";
  throw Error::upstream(Status::Upstream, std::move(cause), false);
}

void Reader::State::take(std::span<std::byte> into) {
  if (source.read_all(into) != into.size()) truncated();
}

void Reader::State::take_padding(std::uint64_t length) {
  std::array<std::byte, 8> bytes{};
  const std::span<std::byte> used(bytes.data(), static_cast<std::size_t>(wire::padding(length)));
  take(used);
  if (std::ranges::any_of(used, [](std::byte b) { return b != std::byte{0}; })) bad("padding that is not zero");
}

std::size_t Reader::State::unread_bytes() const {
  return static_cast<std::size_t>(slot ? record.length - wire::rows_prefix_bytes
                                       : unread - wire::padding(record.length));
}

void Reader::State::load() {
  if (have_body) return;
  const std::size_t size = unread_bytes();
  if (body.size() < size) body.resize(size);
  load_to(std::array{std::span(body).first(size)});
  body_size = size;
}

void Reader::State::load_to(std::span<const std::span<std::byte>> pieces) {
  std::size_t offset = 0;
  for (const std::span<std::byte> piece : pieces) {
    if (slot) {
      slots->copy(*slot, offset, piece);
    } else {
      take(piece);
    }
    offset += piece.size();
  }
  if (slot) {
    give_slot_back();
  } else {
    take_padding(record.length);
  }
  body_size = 0;
  unread = 0;
  have_body = true;
}

void Reader::State::give_slot_back() {
  if (slot) slots->give_back(*std::exchange(slot, std::nullopt));
}

void Reader::State::load_to(const Strip& place) {
  std::array<std::span<std::byte>, 4> pieces;
  const auto planes = static_cast<std::size_t>(place.format->planes);
  for (std::size_t i = 0; i < planes; ++i) {
    const Plane& plane = place.planes.at(i);
    assert(plane.stride == row_bytes(*place.format, static_cast<int>(i), place.width));
    pieces.at(i) = {plane.data, plane.stride * plane.rows};
  }
  load_to(std::span(pieces).first(planes));
}

Strip Reader::State::named(Strip rows) const {
  rows.first = prefix.first;
  rows.last = (record.flags & wire::piece_last) != 0;
  rows.damaged = (record.flags & wire::piece_damaged) != 0;
  return rows;
}

void Reader::State::drop_rest() {
  give_slot_back();
  if (unread == 0) return;
  const std::uint64_t size = unread - wire::padding(record.length);
  if (source.skip(size) != size) truncated();
  take_padding(record.length);
  unread = 0;
}

std::span<std::byte> Reader::State::loaded() {
  reading([this] { load(); });
  return {body.data(), body_size};
}

std::string_view Reader::State::text() {
  const auto bytes = loaded();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void Reader::State::over(const std::string& what) const {
  throw Error(Status::Limit, source.name() + ": " + what + " (nothing raises the limit)");
}

}  // namespace sl

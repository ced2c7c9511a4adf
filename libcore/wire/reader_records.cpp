// What each record may say.

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/media/frame.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader_state.h"

namespace sl {

TrackAccount& Reader::State::account(std::string_view what) {
  const auto found = accounts.find(record.track);
  if (found == accounts.end())
    bad(std::string(what) + " of track " + std::to_string(record.track) + ", which was not announced");
  return found->second;
}

void Reader::State::on_track() {
  if (record.track == 0) bad("TRACK 0");
  const std::string_view json = text();
  const Track track = parsed([&] { return wire::read_track(json); });
  const auto found = accounts.find(record.track);
  if (found == accounts.end()) {
    if (accounts.size() >= wire_limit::tracks) over("more than " + std::to_string(wire_limit::tracks) + " tracks");
    accounts[record.track].track = track;
    accounts[record.track].count.track = record.track;
    return;
  }
  TrackAccount& known = found->second;
  if (known.open) bad("TRACK inside a frame of its track");
  if (known.track.kind != track.kind || known.track.time_base != track.time_base) {
    bad("TRACK changes its kind or time base");
  }
  if (known.track == track) return;
  known.track = track;
  known.attachments.clear();
}

std::uint64_t Reader::State::bytes_in_force() const {
  std::uint64_t bytes = 0;
  for (const Attachment& a : stream_attachments) bytes += a.bytes.size();
  for (const auto& [number, known] : accounts) {
    for (const Attachment& a : known.attachments) bytes += a.bytes.size();
  }
  return bytes;
}

void Reader::State::on_attachment() {
  const auto bytes = loaded();
  Attachment attachment = parsed([&] { return wire::read_attachment(record, bytes); });
  parsed([&] { check_metadata("attachments", bytes_in_force() + attachment.bytes.size(), "metadata"); });
  if (record.track == 0) {
    std::erase_if(stream_attachments, [&](const Attachment& a) { return a.name == attachment.name; });
    if (!attachment.bytes.empty()) stream_attachments.push_back(std::move(attachment));
    if (stream_attachments.size() <= wire_limit::attachments) return;
  } else if (account("ATTACHMENT").attach(std::move(attachment), wire_limit::attachments)) {
    return;
  }
  over("more than " + std::to_string(wire_limit::attachments) + " attachments");
}

void Reader::State::on_frame() {
  TrackAccount& known = account("FRAME");
  if (known.open) bad("FRAME inside a frame of its track");
  const auto bytes = loaded();
  Frame frame = parsed([&] { return wire::read_frame(bytes); });
  if (known.frame && frame.number <= known.frame->number) bad("FRAME with a number that does not rise");
  known.open_frame(frame);
}

void Reader::State::on_rows() {
  (void)rows_account("ROWS");
  if (record.length < wire::rows_prefix_bytes) bad("ROWS of " + std::to_string(record.length) + " bytes");
  std::array<std::byte, wire::rows_prefix_bytes> bytes{};
  take(bytes);
  unread -= bytes.size();
  prefix = wire::read_rows_prefix(bytes);
  add_rows("ROWS", record.length);
}

void Reader::State::on_slot() {
  const TrackAccount& known = rows_account("SLOT");
  if (slots == nullptr || !slots->attached()) bad("SLOT, but this process has no slots of its writer");
  std::array<std::byte, wire::slot_body_bytes> bytes{};
  take(bytes);
  unread = 0;
  const wire::SlotBody body = parsed([&] { return wire::read_slot_body(bytes); });
  prefix = body.rows;
  const Track& track = known.track;
  const std::uint64_t rows = std::min(prefix.rows, track.height);
  const std::uint64_t size =
      strip_bytes(*track.pixels, track.width, static_cast<std::uint32_t>(rows)) + wire::rows_prefix_bytes;
  if (size > wire_limit::rows_body) bad("SLOT of " + std::to_string(rows) + " rows, which do not fit one");
  record.type = Type::Rows;
  record.length = static_cast<std::uint32_t>(size);
  slot = body.slot;
  add_rows("SLOT", size);
  // The counts of END are those of the bytes that were saved.
  source.also_read({.bytes = size + wire::padding(size) - wire::slot_body_bytes});
}

TrackAccount& Reader::State::rows_account(const std::string& what) {
  TrackAccount& known = account(what);
  if (!known.open) bad(what + " outside a frame");
  if (!known.track.is_raw_video()) bad(what + " on a track that is not raw video");
  return known;
}

void Reader::State::add_rows(const std::string& what, std::uint64_t length) {
  TrackAccount& known = accounts.at(record.track);
  const Track& track = known.track;
  const std::uint64_t end_row = std::uint64_t{prefix.first} + prefix.rows;
  const std::uint32_t alignment = strip_alignment(track);
  const std::string which = what + " " + std::to_string(prefix.first) + " to " + std::to_string(end_row);
  if (prefix.first != known.next_row || prefix.rows == 0 || end_row > track.height) {
    bad(which + " of " + std::to_string(track.height) + ", but row " + std::to_string(known.next_row) + " is next");
  }
  const bool last = (record.flags & wire::piece_last) != 0;
  if (prefix.rows % alignment != 0 && end_row != track.height)
    bad(which + ", not a multiple of " + std::to_string(alignment));
  if (last != (end_row == track.height)) bad(which + (last ? " called the last" : " not called the last"));
  const std::uint64_t size = strip_bytes(*track.pixels, track.width, prefix.rows) + wire::rows_prefix_bytes;
  if (size != length) bad(which + " of " + std::to_string(length) + " bytes instead of " + std::to_string(size));
  if (length > wire_limit::rows_body && prefix.rows > alignment) bad(which + " over 1 MiB, which could be less");
  known.next_row = static_cast<std::uint32_t>(end_row);
  known.add_piece(size - wire::rows_prefix_bytes, last, (record.flags & wire::piece_damaged) != 0);
}

void Reader::State::on_bytes() {
  TrackAccount& known = account("BYTES");
  if (!known.open) bad("BYTES outside a frame");
  if (known.track.is_raw_video()) bad("BYTES on a track of raw video");
  const bool last = (record.flags & wire::piece_last) != 0;
  if (record.length == 0 && !last) bad("empty BYTES that are not the last of a frame");
  if (known.track.kind == Kind::Audio && known.track.codec == "raw") {
    if (record.length % sample_frame_bytes(known.track) != 0) bad("BYTES that cut a sample of sound");
  }
  known.add_piece(record.length, last, (record.flags & wire::piece_damaged) != 0);
}

void Reader::State::on_end() {
  const std::string_view json = text();
  end = parsed([&] { return wire::read_end(json); });
  if (any_open(accounts)) bad("END inside a frame");
  for (const auto& [number, known] : accounts) {
    const auto announced = std::ranges::find(end.tracks, number, &wire::TrackCount::track);
    if (announced == end.tracks.end()) bad("END without track " + std::to_string(number));
    if (*announced != known.count) {
      bad("END counts " + std::to_string(announced->frames) + " frames, " + std::to_string(announced->bytes) +
          " bytes, " + std::to_string(announced->damaged) + " damaged on track " + std::to_string(number) +
          "; received " + std::to_string(known.count.frames) + ", " + std::to_string(known.count.bytes) + ", " +
          std::to_string(known.count.damaged));
    }
  }
  if (end.tracks.size() != accounts.size()) bad("END counts unknown tracks");
  place = Place::BetweenStreams;
}

void Reader::State::on_event() {
  if (record.track != 0) (void)account("EVENT");
  const std::string_view json = text();
  parsed([&] { (void)parse_event(json); });
}

void Reader::State::on_abort() {
  const std::string_view json = text();
  throw Error::upstream(Status::Upstream, parsed([&] { return wire::read_abort(json); }), false);
}

void Reader::State::on_stage() {
  const std::string_view json = text();
  wire::StageInfo stage = parsed([&] { return wire::read_stage(json); });
  if (stages.size() >= wire_limit::stages) over("more than " + std::to_string(wire_limit::stages) + " stages");
  if (writer.tool.empty()) writer = stage;
  stages.push_back(std::move(stage));
}

}  // namespace sl

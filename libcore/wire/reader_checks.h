// The state machine of Reader: it checks the order, counts and limits of records, so that later code need not. Included
// by reader.cpp only.

#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/splice.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/track_account.h"

namespace sl {

using wire::Type;

struct Reader::State {
  enum class Place { Start, InStream, BetweenStreams, Closed };

  Source& source;
  AttachedSlots* slots = nullptr;
  std::function<void(const wire::Header&)> on_samples;
  std::function<bool()> others_may_stop;
  Place place = Place::Start;
  wire::Preamble preamble;
  std::vector<wire::StageInfo> stages;
  wire::StageInfo writer;  // the first STAGE of the input: the process that writes it
  TrackAccounts accounts;
  std::vector<Attachment> stream_attachments;
  std::uint64_t streams = 0;
  wire::End end;

  wire::Header record;
  wire::RowsPrefix prefix;
  std::uint64_t unread = 0;           // bytes of the current record, padding included, still in the source
  std::optional<std::uint32_t> slot;  // the samples of the current record lie there, not in the source
  std::vector<std::byte> body;
  bool have_body = false;
  bool finished = false;
  bool failed = false;
  bool stopped = false;        // an interrupt ended the stream; nothing follows
  bool stop_reported = false;  // next() returned its END
  SplicePipe pipe;

  explicit State(Source& s) : source(s) {}

  // ---- Failing ----

  std::string place_name() const {
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

  [[noreturn]] void bad(const std::string& what) const {
    throw Error(Status::Wire, source.name() + ": " + what + place_name());
  }

  [[noreturn]] void truncated() const {
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

  // ---- Reading ----

  // Run `parse`, and add the input's name and the place to its errors.
  template <class Parse>
  auto parsed(Parse parse) const {
    try {
      return parse();
    } catch (const Error& e) {
      throw Error(e.status(), source.name() + ": " + e.what() + place_name());
    }
  }

  void take(std::span<std::byte> into) {
    if (source.read_all(into) != into.size()) truncated();
  }

  void take_padding(std::uint64_t length) {
    std::array<std::byte, 8> bytes{};
    const std::span<std::byte> used(bytes.data(), static_cast<std::size_t>(wire::padding(length)));
    take(used);
    if (std::ranges::any_of(used, [](std::byte b) { return b != std::byte{0}; })) bad("padding that is not zero");
  }

  // Bytes of the current record that are not read yet, without padding.
  [[nodiscard]] std::size_t unread_bytes() const {
    return static_cast<std::size_t>(slot ? record.length - wire::rows_prefix_bytes
                                         : unread - wire::padding(record.length));
  }

  // Read the rest of the current record into `body`.
  void load() {
    if (have_body) return;
    const std::size_t size = unread_bytes();
    if (body.size() < size) body.resize(size);
    load_to(std::array{std::span(body).first(size)});
    body_size = size;
  }
  std::size_t body_size = 0;

  // Read the rest of the current record, piece by piece.
  void load_to(std::span<const std::span<std::byte>> pieces) {
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

  // The stage looks at the samples of the current record.
  void want_slots() {
    if (slots != nullptr && record.type == Type::Rows) slots->attach();
  }

  void give_slot_back() {
    if (slot) slots->give_back(*std::exchange(slot, std::nullopt));
  }

  // Read the samples of ROWS into packed planes.
  void load_to(const Strip& place) {
    std::array<std::span<std::byte>, 4> pieces;
    const auto planes = static_cast<std::size_t>(place.format->planes);
    for (std::size_t i = 0; i < planes; ++i) {
      const Plane& plane = place.planes.at(i);
      assert(plane.stride == row_bytes(*place.format, static_cast<int>(i), place.width));
      pieces.at(i) = {plane.data, plane.stride * plane.rows};
    }
    load_to(std::span(pieces).first(planes));
  }

  // Return the rows of the current record with its position and flags.
  [[nodiscard]] Strip named(Strip rows) const {
    rows.first = prefix.first;
    rows.last = (record.flags & wire::piece_last) != 0;
    rows.damaged = (record.flags & wire::piece_damaged) != 0;
    return rows;
  }
  [[nodiscard]] const Track& pixels_track() const { return accounts.at(record.track).track; }

  void drop_rest() {
    give_slot_back();
    if (unread == 0) return;
    const std::uint64_t size = unread - wire::padding(record.length);
    if (source.skip(size) != size) truncated();
    take_padding(record.length);
    unread = 0;
  }

  std::span<std::byte> loaded() {
    reading([this] { load(); });
    return {body.data(), body_size};
  }
  // Run `read`; mark its exceptions as failures of the input.
  template <class Read>
  void reading(Read read) {
    try {
      read();
    } catch (...) {
      failed = true;
      throw;
    }
  }
  std::string_view text() {
    const auto bytes = loaded();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  // ---- Records ----

  wire::Header start_stream() {
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

  TrackAccount& account(std::string_view what) {
    const auto found = accounts.find(record.track);
    if (found == accounts.end())
      bad(std::string(what) + " of track " + std::to_string(record.track) + ", which was not announced");
    return found->second;
  }

  void on_track() {
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

  std::uint64_t bytes_in_force() const {
    std::uint64_t bytes = 0;
    for (const Attachment& a : stream_attachments) bytes += a.bytes.size();
    for (const auto& [number, known] : accounts) {
      for (const Attachment& a : known.attachments) bytes += a.bytes.size();
    }
    return bytes;
  }

  void on_attachment() {
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

  [[noreturn]] void over(const std::string& what) const {
    throw Error(Status::Limit, source.name() + ": " + what + " (nothing raises the limit)");
  }

  void on_frame() {
    TrackAccount& known = account("FRAME");
    if (known.open) bad("FRAME inside a frame of its track");
    const auto bytes = loaded();
    Frame frame = parsed([&] { return wire::read_frame(bytes); });
    if (known.frame && frame.number <= known.frame->number) bad("FRAME with a number that does not rise");
    known.open_frame(frame);
  }

  void on_rows() {
    (void)rows_account("ROWS");
    if (record.length < wire::rows_prefix_bytes) bad("ROWS of " + std::to_string(record.length) + " bytes");
    std::array<std::byte, wire::rows_prefix_bytes> bytes{};
    take(bytes);
    unread -= bytes.size();
    prefix = wire::read_rows_prefix(bytes);
    add_rows("ROWS", record.length);
  }

  // SLOT becomes ROWS whose samples lie elsewhere.
  void on_slot() {
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

  TrackAccount& rows_account(const std::string& what) {
    TrackAccount& known = account(what);
    if (!known.open) bad(what + " outside a frame");
    if (!known.track.is_raw_video()) bad(what + " on a track that is not raw video");
    return known;
  }

  // Check and count rows whose record would have `length` bytes as ROWS.
  void add_rows(const std::string& what, std::uint64_t length) {
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

  void on_bytes() {
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

  void on_end() {
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

  void on_event() {
    if (record.track != 0) (void)account("EVENT");
    const std::string_view json = text();
    parsed([&] { (void)parse_event(json); });
  }

  [[noreturn]] void on_abort() {
    const std::string_view json = text();
    throw Error::upstream(Status::Upstream, parsed([&] { return wire::read_abort(json); }), false);
  }

  void on_stage() {
    const std::string_view json = text();
    wire::StageInfo stage = parsed([&] { return wire::read_stage(json); });
    if (stages.size() >= wire_limit::stages) over("more than " + std::to_string(wire_limit::stages) + " stages");
    if (writer.tool.empty()) writer = stage;
    stages.push_back(std::move(stage));
  }

  std::optional<wire::Header> next() {
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

  std::optional<wire::Header> finish() {
    finished = true;
    return std::nullopt;
  }

  [[noreturn]] void garbage() {
    const auto head = source.peek(16);
    const std::string_view text(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 16));
    bad("garbage after the end: \"" + printable(text) + "\"");
  }

  void read_header() {
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

  void dispatch() {
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

  // Return the END of a stream that an interrupt ended.
  wire::Header stop() {
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

  bool may_stop() const { return any_live(accounts) && !source.can_seek(); }

  // Return whether an interrupt of this stage is a proper end of the stream.
  bool stops() const { return interrupted() != 0 && (may_stop() || (others_may_stop && others_may_stop())); }

  // Return whether this error is the effect of an interrupt on a live stream.
  bool is_stop(const Error& error) const {
    if (place != Place::InStream || !stops()) return false;
    if (error.status() == Status::Interrupted) return true;
    return error.cause() && (!error.cause()->code || *error.cause()->code == static_cast<int>(Status::Interrupted));
  }
};

}  // namespace sl

// Writer: checks and counts records. The target gathers small ones; samples are written without a copy.

#include "libcore/wire/writer.h"

#include <sys/resource.h>
#include <sys/uio.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/offered_slots.h"
#include "libcore/bytes/splice.h"
#include "libcore/bytes/target.h"
#include "libcore/media/strip.h"
#include "libcore/wire/track_account.h"

namespace sl {

using wire::Type;

namespace {

// Report a stage's mistake here, not in the next stage.
void require(bool good, std::uint16_t track, const char* what) {
  if (!good) throw Error(Status::Bug, "a bug: track " + std::to_string(track) + ": " + what);
}

// Copy rows, packed, to `to`, which may be where they lie: then each plane moves towards the start, if at all.
void pack(const Strip& strip, std::byte* to) {
  for (int i = 0; i < strip.format->planes; ++i) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(i)];
    const auto packed = static_cast<std::size_t>(row_bytes(*strip.format, i, strip.width));
    const bool whole = plane.stride == packed;
    const std::size_t piece = whole ? packed * plane.rows : packed;
    for (std::uint32_t y = 0; y < (whole ? 1 : plane.rows); ++y, to += piece) {
      if (plane.row<std::byte>(y) != to) std::memmove(to, plane.row<std::byte>(y), piece);
    }
  }
}

}  // namespace

struct Writer::State {
  Target& target;
  wire::StageInfo stage;
  std::string command;
  std::function<std::uint64_t()> bytes_in;
  bool started = false, in_stream = false, closed = false;
  TrackAccounts accounts;
  // Position and counts when no frame was open, for drop_open_frames.
  std::uint64_t whole_position = 0;
  std::map<std::uint16_t, wire::TrackCount> whole_counts;
  std::vector<iovec> pieces;
  OfferedSlots* slots = nullptr;
  std::vector<std::byte> room;  // of place(), where no slot is free
  bool holds_one_frame = false;
  std::uint64_t strips = 0;         // sent in any way
  std::uint64_t past_the_pipe = 0;  // bytes that ROWS instead of SLOT would have taken

  State(Target& t, wire::StageInfo s, std::string c) : target(t), stage(std::move(s)), command(std::move(c)) {}

  static constexpr std::array<std::byte, 8> zeros{};

  static iovec piece(std::span<const std::byte> bytes) { return {const_cast<std::byte*>(bytes.data()), bytes.size()}; }

  void record(const wire::Header& header, std::span<const std::byte> body) {
    assert(!closed);
    const auto head =
        wire::write_header({header.type, header.flags, header.track, static_cast<std::uint32_t>(body.size())});
    std::array<iovec, 3> all{piece(head), piece(body),
                             piece(std::span(zeros).first(static_cast<std::size_t>(wire::padding(body.size()))))};
    target.write(all);
  }
  void record(const wire::Header& header, std::string_view text) {
    record(header, std::as_bytes(std::span(text.data(), text.size())));
  }

  TrackAccount& known_account(std::uint16_t number) {
    const auto found = accounts.find(number);
    require(in_stream && found != accounts.end(), number, "was not announced");
    return found->second;
  }
  TrackAccount& open_account(std::uint16_t number) {
    TrackAccount& account = known_account(number);
    require(account.open, number, "samples outside a frame");
    return account;
  }

  void count_piece(const wire::Header& header, std::optional<wire::RowsPrefix> prefix, std::uint64_t bytes) {
    TrackAccount& account = open_account(header.track);
    if (prefix) {
      account.next_row += prefix->rows;
      ++strips;
    }
    account.add_piece(bytes, (header.flags & wire::piece_last) != 0, (header.flags & wire::piece_damaged) != 0);
    if (!account.track.live || account.open) return;
    target.flush();
    // A recording into a shell's `>` keeps its complete frames after any failure.
    if (!any_open(accounts)) target.mark();
  }
};

Writer::Writer(Target& target, wire::StageInfo stage, std::string command)
    : state_(std::make_unique<State>(target, std::move(stage), std::move(command))) {}
Writer::~Writer() = default;

void Writer::begin(std::uint32_t preamble_flags) {
  State& s = *state_;
  require(!s.in_stream && !s.closed, 0, "a stream begins inside another one");
  s.started = s.in_stream = true;
  s.accounts.clear();
  wire::Preamble preamble;
  preamble.flags = preamble_flags;
  s.target.write(wire::write_preamble(preamble));
  s.record({Type::Stage, 0, 0, 0}, wire::write_stage(s.stage));
}

void Writer::describe(std::string does) { state_->stage.does = std::move(does); }

void Writer::stage(const wire::StageInfo& input) { state_->record({Type::Stage, 0, 0, 0}, wire::write_stage(input)); }

void Writer::track(std::uint16_t number, const Track& track) {
  State& s = *state_;
  require(s.in_stream && number != 0, number, "is announced outside a stream");
  TrackAccount& account = s.accounts[number];
  if (account.count.track == number && account.track == track) return;
  require(!account.open, number, "changes inside a frame");
  account.track = track;
  account.count.track = number;
  account.attachments.clear();
  s.record({Type::Track, 0, number, 0}, wire::write_track(track));
}

void Writer::attachment(std::uint16_t track, const Attachment& attachment) {
  state_->record({Type::Attachment, attachment.flags, track, 0}, wire::write_attachment(attachment));
}

void Writer::frame(std::uint16_t track, const Frame& frame) {
  State& s = *state_;
  require(!s.known_account(track).open, track, "a frame begins inside another one");
  if (!any_open(s.accounts)) {
    s.whole_position = s.target.position();
    s.whole_counts.clear();
    for (const auto& [number, account] : s.accounts) s.whole_counts[number] = account.count;
  }
  s.known_account(track).open_frame(frame);
  s.record({Type::Frame, 0, track, 0}, wire::write_frame(frame));
}

void Writer::offer(OfferedSlots& slots) { state_->slots = &slots; }

Strip Writer::place(std::uint16_t track, std::uint32_t rows) {
  State& s = *state_;
  const TrackAccount& account = s.open_account(track);
  const Track& t = account.track;
  require(t.is_raw_video() && rows != 0 && rows <= t.height - account.next_row, track, "a place for rows of no frame");
  const std::uint64_t bytes = strip_bytes(*t.pixels, t.width, rows);
  std::optional<std::span<std::byte>> memory = free_slot(track, bytes);
  if (!memory) {
    if (s.room.size() < bytes) s.room.resize(static_cast<std::size_t>(bytes));
    memory = s.room;
  }
  Strip strip = packed_strip(*t.pixels, t.width, rows, memory->data());
  strip.first = account.next_row;
  strip.last = strip.first + rows == t.height;
  return strip;
}

void Writer::hold_one_frame() { state_->holds_one_frame = true; }

bool Writer::hands_over() { return state_->slots != nullptr && state_->slots->attached(); }

std::optional<std::span<std::byte>> Writer::free_slot(std::uint16_t track, std::uint64_t bytes) {
  State& s = *state_;
  if (s.slots == nullptr || bytes + wire::rows_prefix_bytes > wire_limit::rows_body) return std::nullopt;
  if (s.holds_one_frame) {
    const Track& t = s.open_account(track).track;
    s.slots->limit(strip_bytes(*t.pixels, t.width, t.height) <= bytes ? 1 : 2);
  }
  std::byte* const slot = s.slots->place({s.target.position() + s.past_the_pipe, s.strips}, [&] { s.target.flush(); });
  return slot == nullptr ? std::nullopt : std::optional(std::span(slot, static_cast<std::size_t>(bytes)));
}

void Writer::send_slot(const wire::Header& record, const wire::RowsPrefix& prefix, std::uint64_t bytes) {
  State& s = *state_;
  s.past_the_pipe += bytes + wire::rows_prefix_bytes + wire::padding(bytes) - wire::slot_body_bytes;
  s.record({Type::Slot, record.flags, record.track, 0}, wire::write_slot_body({prefix, s.slots->hand_over()}));
  s.target.flush();
  s.count_piece(record, prefix, bytes);
}

void Writer::rows(std::uint16_t track, const Strip& strip) {
  State& s = *state_;
  const TrackAccount& account = s.open_account(track);
  const Track& t = account.track;
  require(t.is_raw_video() && strip.format == t.pixels && strip.width == t.width, track,
          "rows of another format or width");
  require(strip.first == account.next_row && strip.rows <= t.height - strip.first &&
              strip.last == (strip.first + strip.rows == t.height),
          track, "rows that are not the next ones, or end in the wrong place");
  const std::uint32_t alignment = strip_alignment(t);
  const std::uint64_t smallest = strip_bytes(*t.pixels, t.width, alignment);
  constexpr std::uint64_t largest = wire_limit::rows_body - wire::rows_prefix_bytes;
  const auto max_rows = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, largest / smallest) * alignment);
  if (smallest + wire::rows_prefix_bytes > wire_limit::body) {
    throw Error(Status::Limit, "rows of " + std::to_string(smallest) + " bytes do not fit a record of the wire");
  }
  for (std::uint32_t skip = 0; skip < strip.rows;) {
    const std::uint32_t left = std::min(max_rows, strip.rows - skip), usual = std::min(left, strip_rows(t));
    const auto slot = free_slot(track, strip_bytes(*t.pixels, t.width, usual));
    const bool lies_there = slot && strip.planes[0].data == slot->data();
    const Strip part = part_of(strip, skip, slot && !lies_there ? usual : left);
    skip += part.rows;
    const std::uint64_t bytes = strip_bytes(*part.format, part.width, part.rows);
    const std::uint8_t flags = (part.last ? wire::piece_last : 0) | (part.damaged ? wire::piece_damaged : 0);
    const wire::Header header{Type::Rows, flags, track, static_cast<std::uint32_t>(bytes + wire::rows_prefix_bytes)};
    if (slot) {
      pack(part, slot->data());
      send_slot(header, {part.first, part.rows}, bytes);
      continue;
    }
    const auto head = wire::write_header(header);
    const auto prefix = wire::write_rows_prefix({part.first, part.rows});
    s.pieces.assign({State::piece(head), State::piece(prefix)});
    for (int i = 0; i < part.format->planes; ++i) {
      const Plane& plane = part.planes[static_cast<std::size_t>(i)];
      const auto packed = static_cast<std::size_t>(row_bytes(*part.format, i, part.width));
      if (plane.stride == packed) {
        s.pieces.push_back({plane.data, packed * plane.rows});
      } else {
        for (std::uint32_t y = 0; y < plane.rows; ++y) s.pieces.push_back({plane.row<std::byte>(y), packed});
      }
    }
    s.pieces.push_back(
        State::piece(std::span(State::zeros).first(static_cast<std::size_t>(wire::padding(header.length)))));
    s.target.write(std::span(s.pieces));
    s.count_piece(header, wire::RowsPrefix{part.first, part.rows}, bytes);
  }
}

void Writer::bytes(std::uint16_t track, std::span<const std::byte> piece, bool last, bool damaged) {
  const std::uint8_t flags = (last ? wire::piece_last : 0) | (damaged ? wire::piece_damaged : 0);
  require(!state_->open_account(track).track.is_raw_video(), track, "bytes instead of rows");
  require(piece.size() <= wire_limit::body, track, "a piece over 64 MiB");
  samples({Type::Bytes, flags, track, 0}, std::nullopt, piece);
}

void Writer::samples(const wire::Header& record, std::optional<wire::RowsPrefix> prefix,
                     std::span<const std::byte> body) {
  State& s = *state_;
  if (!prefix) {
    s.record(record, body);
  } else if (const auto slot = free_slot(record.track, body.size())) {
    std::ranges::copy(body, slot->begin());
    return send_slot(record, *prefix, body.size());
  } else {
    const auto head = wire::write_header(record);
    const auto start = wire::write_rows_prefix(*prefix);
    std::array<iovec, 4> all{
        State::piece(head), State::piece(start), State::piece(body),
        State::piece(std::span(State::zeros).first(static_cast<std::size_t>(wire::padding(record.length))))};
    s.target.write(all);
  }
  s.count_piece(record, prefix, body.size());
}

std::size_t Writer::start_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix,
                                 const SplicePipe& pipe) {
  const std::vector<std::byte> gathered = state_->target.take_gathered();
  pipe.put(gathered);
  pipe.put(wire::write_header(record));
  if (prefix) pipe.put(wire::write_rows_prefix(*prefix));
  return gathered.size();
}

void Writer::end_splice(const wire::Header& record, std::optional<wire::RowsPrefix> prefix, const SplicePipe& pipe,
                        std::size_t gathered_and_body, std::span<const std::byte> tail) {
  State& s = *state_;
  const std::size_t piped = gathered_and_body + wire::header_bytes + (prefix ? wire::rows_prefix_bytes : 0);
  if (!s.target.splice_from(pipe.read_end(), piped)) s.target.write(pipe.take(piped));
  s.target.write(tail);
  s.count_piece(record, prefix, record.length - (prefix ? wire::rows_prefix_bytes : 0));
}

void Writer::complete_frame(std::uint16_t track) {
  const auto found = state_->accounts.find(track);
  if (found == state_->accounts.end() || !found->second.open) return;
  const TrackAccount& account = found->second;
  const Track& t = account.track;
  if (!t.is_raw_video()) return bytes(track, {}, true, true);
  const std::uint32_t step = strip_rows(t);
  std::vector<std::byte> zeros(static_cast<std::size_t>(strip_bytes(*t.pixels, t.width, step)));
  while (account.open) {
    Strip strip = packed_strip(*t.pixels, t.width, std::min(step, t.height - account.next_row), zeros.data());
    strip.first = account.next_row;
    strip.last = strip.first + strip.rows == t.height;
    strip.damaged = true;
    rows(track, strip);
  }
}

void Writer::event(std::uint16_t track, std::string_view json) { state_->record({Type::Event, 0, track, 0}, json); }

void Writer::ancillary(const wire::Header& record, std::span<const std::byte> body) { state_->record(record, body); }

void Writer::end(const wire::End* input, bool stopped) {
  State& s = *state_;
  require(s.in_stream && !any_open(s.accounts), 0, "a stream ends inside a frame");
  wire::End end;
  for (const auto& [number, account] : s.accounts) end.tracks.push_back(account.count);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  const double cpu = std::round((seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 1e4) / 1e4;
  end.stages.push_back({s.stage.tool, s.stage.host, s.command, cpu, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024,
                        s.bytes_in ? s.bytes_in() : 0, s.target.position() + s.past_the_pipe});
  if (input != nullptr) {
    const std::size_t room = wire_limit::stages - 1;
    end.stages.insert(end.stages.end(), input->stages.begin(),
                      input->stages.begin() + static_cast<std::ptrdiff_t>(std::min(room, input->stages.size())));
  }
  end.stopped = stopped;
  std::string text = wire::write_end(end);
  while (text.size() > wire_limit::long_json && end.stages.size() > 1) {  // drop the farthest stages first
    end.stages.pop_back();
    text = wire::write_end(end);
  }
  s.record({Type::End, 0, 0, 0}, text);
  s.in_stream = false;
}

void Writer::close() {
  State& s = *state_;
  require(!s.in_stream, 0, "the end comes inside a stream");
  s.record({Type::Close, 0, 0, 0}, std::string_view());
  s.closed = true;
  s.target.flush();
}

void Writer::abort(const Cause& cause) {
  State& s = *state_;
  if (s.closed) return;
  if (!s.started) begin();
  s.record({Type::Abort, 0, 0, 0}, wire::write_abort(cause));
  s.closed = true;
  s.target.flush();
}

void Writer::flush() { state_->target.flush(); }

bool Writer::drop_open_frames() {
  State& s = *state_;
  if (!any_open(s.accounts)) return true;
  if (!s.target.can_cut()) return false;
  constexpr std::uint64_t few = 16;  // as much audio as one video frame has
  for (const auto& [number, account] : s.accounts) {
    if (account.count.frames - s.whole_counts[number].frames > few) return false;
  }
  s.target.cut(s.whole_position);
  // Tracks announced after that position were cut too.
  std::erase_if(s.accounts, [&](const auto& entry) { return s.whole_counts[entry.first].track == 0; });
  for (auto& [number, account] : s.accounts) {
    account.open = false;
    account.count = s.whole_counts[number];
  }
  return true;
}

bool Writer::in_stream() const { return state_->in_stream; }
bool Writer::started() const { return state_->started; }
bool Writer::in_frame() const { return any_open(state_->accounts); }
bool Writer::in_frame(std::uint16_t track) const {
  const auto found = state_->accounts.find(track);
  return found != state_->accounts.end() && found->second.open;
}
bool Writer::live() const { return any_live(state_->accounts); }
Target& Writer::target() { return state_->target; }
void Writer::count_input(std::function<std::uint64_t()> bytes_in) { state_->bytes_in = std::move(bytes_in); }

}  // namespace sl

// Reader: access to its state, and passing records on.

#include <algorithm>
#include <cassert>

#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/process/signals.h"
#include "libcore/wire/reader_state.h"
#include "libcore/wire/writer.h"

namespace sl {

Reader::Reader(Source& source) : state_(std::make_unique<State>(source)) { source.limit_read_ahead(4096); }
Reader::~Reader() = default;

void Reader::attach(AttachedSlots& slots) { state_->slots = slots.found() ? &slots : nullptr; }

bool Reader::would_wait() {
  bool would = false;
  state_->reading([&] { would = state_->would_wait(); });
  return would;
}

std::optional<wire::Header> Reader::next() {
  State& s = *state_;
  try {
    const auto record = s.next();
    if (record && s.on_samples && (record->type == Type::Rows || record->type == Type::Bytes)) s.on_samples(*record);
    return record;
  } catch (const Error& error) {
    if (s.is_stop(error)) return s.stop();
    s.failed = true;
    throw;
  }
}

bool Reader::stopped_by(const Error& error) {
  State& s = *state_;
  if (!s.is_stop(error)) return false;
  s.stopped = true;
  const auto found = s.accounts.find(s.record.track);
  if (found != s.accounts.end() && (s.record.type == Type::Rows || s.record.type == Type::Bytes)) {
    found->second.reopen((s.record.flags & wire::piece_last) != 0);
  }
  return true;
}

const Track& Reader::track(std::uint16_t number) const { return state_->accounts.at(number).track; }
const Frame& Reader::frame(std::uint16_t number) const { return state_->accounts.at(number).frame.value(); }
const std::vector<Attachment>& Reader::attachments(std::uint16_t number) const {
  return number == 0 ? state_->stream_attachments : state_->accounts.at(number).attachments;
}
std::vector<std::uint16_t> Reader::tracks() const {
  std::vector<std::uint16_t> numbers;
  for (const auto& [number, account] : state_->accounts) numbers.push_back(number);
  return numbers;
}
const std::vector<wire::StageInfo>& Reader::stages() const { return state_->stages; }
const wire::Preamble& Reader::preamble() const { return state_->preamble; }
std::uint64_t Reader::streams() const { return state_->streams; }
bool Reader::finished() const { return state_->finished; }
bool Reader::failed() const { return state_->failed; }
wire::RowsPrefix Reader::rows_prefix() const { return state_->prefix; }
const wire::End& Reader::end() const { return state_->end; }
bool Reader::stopped_here() const { return state_->end.stopped && state_->stops(); }
bool Reader::live() const { return any_live(state_->accounts); }
bool Reader::may_stop() const { return state_->may_stop(); }
void Reader::stop_with(std::function<bool()> may_stop) { state_->others_may_stop = std::move(may_stop); }
bool Reader::in_frame() const { return any_open(state_->accounts); }
Source& Reader::source() const { return state_->source; }
const std::string& Reader::name() const { return state_->source.name(); }
void Reader::on_samples(std::function<void(const wire::Header&)> hook) { state_->on_samples = std::move(hook); }
void Reader::before_wait(std::function<void()> write_held) {
  state_->source.write_held_before_wait(std::move(write_held));
}
std::uint64_t Reader::frames_done() const {
  std::uint64_t frames = 0;
  for (const auto& [number, account] : state_->accounts) frames += account.count.frames;
  return frames;
}

Strip Reader::strip() {
  State& s = *state_;
  assert(s.record.type == Type::Rows);
  s.want_slots();
  return s.named(packed_strip(*s.pixels_track().pixels, s.pixels_track().width, s.prefix.rows, s.loaded().data()));
}

Strip Reader::strip(const Strip& place) {
  State& s = *state_;
  assert(s.record.type == Type::Rows && place.rows == s.prefix.rows && !s.have_body);
  s.want_slots();
  s.reading([&] { s.load_to(place); });
  return s.named(place);
}

std::span<std::byte> Reader::body() {
  state_->want_slots();
  return state_->loaded();
}

std::string_view Reader::text() { return state_->text(); }

std::span<std::byte> Reader::exchange_body(std::vector<std::byte>& memory) {
  State& s = *state_;
  s.want_slots();
  if (!s.have_body) s.body.swap(memory);  // reuse and grow it
  const std::size_t size = s.loaded().size();
  s.body.swap(memory);
  s.body_size = 0;
  return {memory.data(), size};
}

void Reader::pass(const wire::Header& record, Writer& out, std::uint16_t as) {
  State& s = *state_;
  switch (record.type) {
    case Type::Start:
      return out.begin(s.preamble.flags);
    case Type::Stage:
      return out.stage(s.stages.back());
    case Type::Track:
      return out.track(as, track(record.track));
    case Type::Frame:
      return out.frame(as, frame(record.track));
    case Type::End:
      if (s.stopped && out.in_frame() && !out.drop_open_frames()) {
        // Part of the frame is sent; only the next stage, interrupted as well, can leave it out.
        fail_interrupted();
      }
      return out.end(&s.end, s.end.stopped);
    case Type::Rows:
    case Type::Bytes:
      return pass_samples(record, out, as);
    default:
      return out.ancillary({record.type, record.flags, as, record.length}, body());
  }
}

// Splice as much as possible, copy the rest. A record leaves only when it is complete, so it waits in a private pipe,
// after the bytes that the target had gathered.
void Reader::pass_samples(wire::Header record, Writer& out, std::uint16_t as) {
  State& s = *state_;
  record.track = as;
  const std::optional<wire::RowsPrefix> prefix = record.type == Type::Rows ? std::optional(s.prefix) : std::nullopt;
  if (prefix && s.slots != nullptr && !s.slots->attached() && out.hands_over()) s.slots->attach();
  if (s.slot) {
    if (const auto room = out.free_slot(as, s.unread_bytes())) {
      s.load_to(std::array{*room});
      return out.send_slot(record, s.prefix, room->size());
    }
  }
  constexpr std::uint64_t worth_splicing = 32 << 10;
  const std::uint64_t samples = s.have_body ? 0 : s.unread;
  if (samples < worth_splicing || !s.pipe.open()) return out.samples(record, prefix, s.loaded());
  if (s.source.would_wait(static_cast<std::size_t>(samples)))
    out.flush();  // do not hold the header back until the pixels come
  const std::size_t gathered = out.start_splice(record, prefix, s.pipe);
  std::size_t piped = 0;
  try {
    std::array<std::byte, 4096> start;
    const std::size_t read_ahead = std::min({start.size(), s.source.buffered(), static_cast<std::size_t>(s.unread)});
    s.take(std::span(start).first(read_ahead));
    s.pipe.put(std::span(start).first(read_ahead));
    s.unread -= read_ahead;
    piped = read_ahead;
    while (s.unread != 0 && s.source.buffered() == 0) {
      const auto count = s.source.splice_to(s.pipe.write_end(), static_cast<std::size_t>(s.unread));
      if (!count) break;
      if (*count == 0) s.truncated();
      piped += *count;
      s.unread -= *count;
    }
    s.body.resize(std::max(s.body.size(), static_cast<std::size_t>(s.unread)));
    s.take({s.body.data(), static_cast<std::size_t>(s.unread)});
  } catch (...) {
    s.failed = true;
    out.target().write(s.pipe.take(gathered));  // those are complete records
    throw;
  }
  const std::span<const std::byte> tail(s.body.data(), static_cast<std::size_t>(s.unread));
  s.unread = 0;
  out.end_splice(record, prefix, s.pipe, gathered + piped, tail);
}

}  // namespace sl

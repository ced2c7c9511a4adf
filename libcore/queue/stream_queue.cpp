// Records into the queue and out of it. Samples are read from the pipe into the memory that waits in the queue, and
// written from it, without another copy.

#include "libcore/queue/stream_queue.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <functional>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/bytes/target.h"
#include "libcore/media/clock.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;
using Buffer = std::vector<std::byte>;

// Used memory, for the next samples: fresh memory costs as much as copying into it.
class BufferPool {
 public:
  explicit BufferPool(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}
  Buffer get() {
    const std::lock_guard lock(mutex_);
    if (buffers_.empty()) return {};
    Buffer buffer = std::move(buffers_.back());
    buffers_.pop_back();
    kept_ -= buffer.size();
    return buffer;
  }
  void put(Buffer buffer) {
    const std::lock_guard lock(mutex_);
    if (kept_ + buffer.size() > max_bytes_) return;
    kept_ += buffer.size();
    buffers_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<Buffer> buffers_;
  std::uint64_t kept_ = 0, max_bytes_;
};

namespace {

// From this size on, take the Reader's memory over; copy smaller pieces, which would waste it.
constexpr std::size_t large = 32 << 10;
// Bytes accepted over all limits after an interrupt, so that the writer can send its END.
constexpr std::uint64_t last_words = 64 << 20;

struct Piece {
  Buffer memory;         // empty if on disk
  std::size_t size = 0;  // bytes used of it
  wire::RowsPrefix rows;
  bool last = false, damaged = false;
};

struct QueuedRecord : FrameQueue::Content {
  explicit QueuedRecord(std::function<void(Writer&)> function) : send(std::move(function)) {}
  std::function<void(Writer&)> send;
};

FrameFacts facts_of(std::uint16_t number, const Track& track, const Frame& frame) {
  constexpr Rational ns{1, ns_per_second};
  FrameFacts facts;
  facts.track = number;
  facts.kind = track.kind;
  facts.packets = track.codec != "raw" && track.kind != Kind::Data && !track.is_packed();
  facts.key = !facts.packets || (frame.flags & frame_flag::key) != 0;
  facts.number = frame.number;
  facts.pts = frame.pts;
  if (frame.pts != no_time && frame.duration != no_time) facts.pts_end = add_time(frame.pts, frame.duration);
  facts.time = rescale(frame.dts != no_time ? frame.dts : frame.pts, track.time_base, ns);
  facts.shown = rescale(frame.pts, track.time_base, ns);
  if (frame.duration != no_time) facts.length = rescale(frame.duration, track.time_base, ns);
  return facts;
}

}  // namespace

struct QueuedFrame : FrameQueue::Content {
  explicit QueuedFrame(BufferPool& of) : pool(of) {}
  QueuedFrame(const QueuedFrame&) = delete;
  QueuedFrame& operator=(const QueuedFrame&) = delete;
  ~QueuedFrame() override {
    for (Piece& piece : pieces) {
      if (piece.memory.size() >= large) pool.put(std::move(piece.memory));
    }
  }

  BufferPool& pool;
  Frame frame;
  std::vector<Attachment> attachments;
  std::vector<Piece> pieces;
  std::uint64_t bytes = 0;
  bool is_raw_video = false;
  const PixelFormat* pixels = nullptr;
  std::uint32_t width = 0;
  std::optional<SpillFile::Extent> on_disk;
};

StreamQueue::StreamQueue(const Rules& rules)
    : rules_(rules),
      pool_(std::make_unique<BufferPool>(std::min<std::uint64_t>(16 << 20, rules.memory))),
      file_(rules.disk),
      queue_(rules.policy, {rules.memory + rules.disk, rules.length}) {}
StreamQueue::~StreamQueue() = default;

void StreamQueue::prepare() {
  if (rules_.disk != 0) file_.prepare();
}

// ---- Reading ----

void StreamQueue::put(Reader& in, const wire::Header& record) {
  const std::uint16_t number = record.track;
  switch (record.type) {
    case Type::Start: {
      const std::uint32_t flags = in.preamble().flags;
      sides_.clear();
      add(0, 0, [flags](Writer& out) { out.begin(flags); });
      const std::lock_guard lock(mutex_);
      return queue_.new_stream();
    }
    case Type::Stage:
      return add(0, 0, [stage = in.stages().back()](Writer& out) { out.stage(stage); });
    case Type::Track: {
      const Track& track = in.track(number);
      Side& side = sides_[number];
      if (side.track && *side.track == track) return;
      side = {std::make_unique<Track>(track), {}, {}, {}};
      return add(number, track.rest.size(), [number, track](Writer& out) { out.track(number, track); });
    }
    case Type::Attachment:
      return on_attachment(in, record);
    case Type::Event: {
      const std::string text(in.text());
      if (parse_event(text).name == "tick") {
        const std::lock_guard lock(mutex_);
        if (!queue_.empty()) return;  // the queue has something to send
      }
      return add(number, text.size(), [number, text](Writer& out) { out.event(number, text); });
    }
    case Type::Frame:
      return on_frame(in, number);
    case Type::Rows:
    case Type::Bytes:
      return on_samples(in, record);
    case Type::End:
      return on_end(in);
    default: {
      const auto body = in.body();
      return add(number, body.size(),
                 [record, kept = Buffer(body.begin(), body.end())](Writer& out) { out.ancillary(record, kept); });
    }
  }
}

void StreamQueue::add(std::uint16_t track, std::uint64_t bytes, Send send) {
  std::unique_lock lock(mutex_);
  wait_for_room(lock);
  queue_.add_record(track, bytes, std::make_unique<QueuedRecord>(std::move(send)));
  came_.notify_one();
}

// An attachment for the next frame only is sent or dropped with it. It also ends one of the same name in force, which
// must be sent even if the frame is dropped.
void StreamQueue::on_attachment(Reader& in, const wire::Header& record) {
  const std::uint16_t number = record.track;
  Attachment attachment = wire::read_attachment(record, in.body());
  Side& side = sides_[number];
  const bool is_for_next = number != 0 && (attachment.flags & wire::next_frame_only) != 0 && !attachment.bytes.empty();
  std::erase_if(side.for_next, [&](const Attachment& other) { return other.name == attachment.name; });
  const bool was_in_force = side.attachments.erase(attachment.name) != 0;
  if (is_for_next) {
    if (was_in_force) {
      add(number, 0, [number, name = attachment.name](Writer& out) { out.attachment(number, {name, {}, 0}); });
    }
    side.for_next.push_back(std::move(attachment));
    return;
  }
  if (!attachment.bytes.empty()) side.attachments.insert(attachment.name);
  add(number, attachment.bytes.size(), [number, attachment](Writer& out) { out.attachment(number, attachment); });
}

void StreamQueue::on_frame(const Reader& in, std::uint16_t number) {
  const Track& track = in.track(number);
  Side& side = sides_[number];
  auto frame = std::make_unique<QueuedFrame>(*pool_);
  frame->frame = in.frame(number);
  frame->attachments = std::exchange(side.for_next, {});
  frame->is_raw_video = track.is_raw_video();
  frame->pixels = track.pixels;
  frame->width = track.width;
  std::uint64_t bytes = frame->frame.metadata.size();
  for (const Attachment& attachment : frame->attachments) bytes += attachment.bytes.size();
  std::unique_lock lock(mutex_);
  wait_for_room(lock);
  const FrameFacts facts = facts_of(number, track, frame->frame);
  side.open = queue_.open_frame(facts, std::move(frame));
  queue_.grow(*side.open, bytes);
}

void StreamQueue::on_samples(Reader& in, const wire::Header& record) {
  Side& side = sides_[record.track];
  auto& frame = static_cast<QueuedFrame&>(*(*side.open)->content);
  Piece piece;
  piece.last = (record.flags & wire::piece_last) != 0;
  piece.damaged = (record.flags & wire::piece_damaged) != 0;
  if (frame.is_raw_video) piece.rows = in.rows_prefix();
  if (record.length >= large) {
    piece.memory = pool_->get();
    piece.size = in.exchange_body(piece.memory).size();
  } else {
    const auto body = in.body();
    piece.memory.assign(body.begin(), body.end());
    piece.size = body.size();
  }
  frame.bytes += piece.size;
  check_memory(in.name(), frame.bytes, "a frame");
  const std::uint64_t taken = piece.memory.size() + sizeof(Piece);
  const bool last = piece.last;
  frame.pieces.push_back(std::move(piece));
  std::unique_lock lock(mutex_);
  queue_.grow(*side.open, taken);
  if (!last) return;
  const Track& track = in.track(record.track);
  FrameFacts& facts = (*side.open)->facts;
  if (track.is_raw_audio()) {
    const std::uint64_t samples = frame.bytes / sample_frame_bytes(track);
    facts.length = rescale(static_cast<std::int64_t>(samples), {1, track.sample_rate}, {1, ns_per_second});
    if (facts.pts != no_time && facts.pts_end == no_time) {
      facts.pts_end = add_time(facts.pts, samples_length(track, samples));
    }
  }
  if (rules_.disk != 0 && queue_.bytes() - file_.used() > rules_.memory) spill(lock, frame);
  queue_.complete_frame(*std::exchange(side.open, std::nullopt));
  came_.notify_one();
}

// Move the samples of a frame, which no other thread uses yet, to disk; keep them in memory if it is full.
void StreamQueue::spill(std::unique_lock<std::mutex>& lock, QueuedFrame& frame) {
  lock.unlock();
  std::vector<std::span<const std::byte>> all;
  for (const Piece& piece : frame.pieces) all.emplace_back(piece.memory.data(), piece.size);
  std::optional<SpillFile::Extent> extent = file_.store(all);
  lock.lock();
  if (file_.disk_is_full()) queue_.set_room(rules_.memory + file_.used());
  if (!extent) return;
  frame.on_disk.emplace(std::move(*extent));
  for (Piece& piece : frame.pieces) pool_->put(std::exchange(piece.memory, {}));
}

void StreamQueue::on_end(const Reader& in) {
  for (auto& [number, side] : sides_) {
    for (const Attachment& attachment : side.for_next) {
      add(number, attachment.bytes.size(),
          [number = number, attachment](Writer& out) { out.attachment(number, attachment); });
    }
    if (!side.open) continue;
    const std::lock_guard lock(mutex_);  // an interrupt cut the frame off
    queue_.remove(*std::exchange(side.open, std::nullopt));
  }
  sides_.clear();
  add(0, 0, [this, end = in.end()](Writer& out) {
    bool stopped = end.stopped;
    {
      const std::lock_guard lock(mutex_);
      stopped = stopped || gave_up_;
    }
    out.end(&end, stopped);
  });
}

void StreamQueue::wait_for_room(std::unique_lock<std::mutex>& lock) {
  while (queue_.full(interrupted() != 0 ? last_words : 0) && (queue_.can_take() || sending_) && !ended_) {
    left_.wait_for(lock, std::chrono::milliseconds(100));
    check_interrupt();
  }
}

void StreamQueue::close(bool unfinished) {
  const std::lock_guard lock(mutex_);
  for (auto& [number, side] : sides_) {
    if (!side.open) continue;
    const FrameQueue::Place place = *std::exchange(side.open, std::nullopt);
    if (unfinished) {
      queue_.seal(place);
    } else {
      queue_.remove(place);
    }
  }
  closed_ = true;
  came_.notify_one();
}

void StreamQueue::give_up() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(gave_up_, true)) return;
  queue_.drop_all();
}

void StreamQueue::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  came_.notify_one();
}

bool StreamQueue::sent(int ms) {
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return ended_; });
}

// ---- Sending ----

void StreamQueue::send(Writer& out) {
  if (rules_.policy != FrameQueue::Policy::Lossless) out.hold_one_frame();
  while (const auto entry = next(out)) send_entry(out, *entry);
}

void StreamQueue::sender_ended() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  left_.notify_one();
}

std::optional<FrameQueue::Entry> StreamQueue::next(Writer& out) {
  std::unique_lock lock(mutex_);
  sending_ = false;
  left_.notify_one();
  const auto ready = [&] { return queue_.can_take() || closed_ || abandoned_; };
  if (!ready()) {
    lock.unlock();
    out.flush();  // hold nothing back while nothing comes
    lock.lock();
    came_.wait(lock, ready);
  }
  if (abandoned_) return std::nullopt;
  sending_ = true;
  return queue_.take();
}

void StreamQueue::send_entry(Writer& out, const FrameQueue::Entry& entry) {
  if (entry.what == FrameQueue::What::Record) return static_cast<const QueuedRecord&>(*entry.content).send(out);
  if (entry.what == FrameQueue::What::Hole) return send_hole(out, entry);
  send_frame(out, entry);
}

void StreamQueue::send_frame(Writer& out, const FrameQueue::Entry& entry) {
  const std::uint16_t number = entry.facts.track;
  auto& queued = static_cast<QueuedFrame&>(*entry.content);
  if (rules_.policy != FrameQueue::Policy::Lossless) {
    largest_ = std::max(largest_, queued.bytes);
    fit_pipe(out.target().fd());
  }
  for (const Attachment& attachment : queued.attachments) out.attachment(number, attachment);
  if (after_hole_.erase(number) != 0) queued.frame.flags |= frame_flag::discontinuity;
  out.frame(number, queued.frame);
  std::uint64_t offset = 0;
  for (Piece& piece : queued.pieces) {
    if (queued.on_disk) {
      if (piece.size >= large) piece.memory = pool_->get();
      if (piece.memory.size() < piece.size) piece.memory.resize(piece.size);
      queued.on_disk->read(offset, std::span(piece.memory).first(piece.size));
      offset += piece.size;
    }
    if (queued.is_raw_video) {
      Strip strip = packed_strip(*queued.pixels, queued.width, piece.rows.rows, piece.memory.data());
      strip.first = piece.rows.first;
      strip.last = piece.last;
      strip.damaged = piece.damaged;
      out.rows(number, strip);
    } else {
      out.bytes(number, std::span(piece.memory).first(piece.size), piece.last, piece.damaged);
    }
    if (piece.memory.size() >= large) pool_->put(std::move(piece.memory));
    piece.memory = {};
  }
}

// Shrink the pipe to one frame, so that old frames do not wait there instead. The reader may have enlarged it; while it
// holds more, it cannot shrink.
void StreamQueue::fit_pipe(int fd) {
  const auto size = static_cast<int>(std::bit_ceil(std::clamp<std::uint64_t>(largest_, 4096, 1 << 20)));
  while (fcntl(fd, F_GETPIPE_SZ) > size && fcntl(fd, F_SETPIPE_SZ, size) < 0 && errno == EBUSY) {
    pollfd reader{fd, 0, 0};
    std::unique_lock lock(mutex_);
    const bool closed = poll(&reader, 1, 0) > 0;
    if (closed || came_.wait_for(lock, std::chrono::milliseconds(10), [&] { return abandoned_; })) return;
  }
}

void StreamQueue::send_hole(Writer& out, const FrameQueue::Entry& hole) {
  std::string why = "the stage after sl-queue is slow";
  {
    const std::lock_guard lock(mutex_);
    if (gave_up_) why = "interrupted";
  }
  const FrameFacts& facts = hole.facts;
  write_dropped(out, facts.track, facts.number, hole.last_number, why, hole.count);
  if (facts.kind != Kind::Audio) return;
  after_hole_.insert(facts.track);
  constexpr std::int64_t max_number = std::int64_t{1} << 53;  // in JSON; no_time is beyond it
  if (std::max(facts.pts, facts.pts_end) > max_number || std::min(facts.pts, facts.pts_end) < -max_number) return;
  write_gap(out, facts.track, facts.pts, facts.pts_end, why);
}

}  // namespace sl

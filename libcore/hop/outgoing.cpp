// Records into the queue, out of it, and through the connection.

#include "libcore/hop/outgoing.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>

#include "libcore/base/caught_failure.h"
#include "libcore/bytes/source.h"
#include "libcore/media/clock.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/identity.h"

namespace sl::hop {

namespace {

// What waits between the two threads, and what leaves it in one go.
constexpr std::uint64_t max_waiting = 4 << 20;
// Bytes accepted over that after an interrupt, so that the writer in front can send its END.
constexpr std::uint64_t last_words = 64 << 20;
constexpr std::size_t portion = 192 << 10, max_buffers = 24;
// From this size on, take the Reader's memory over; copy smaller pieces, which would waste it.
constexpr std::size_t large = 32 << 10;

}  // namespace

Outgoing::Outgoing(const Way& way)
    : way_(way),
      target_(Target::callbacks(
          [this](std::span<const std::byte> bytes) { filling_->insert(filling_->end(), bytes.begin(), bytes.end()); },
          {}, "the connection")),
      writer_(target_, identity().stage, identity().command) {}
Outgoing::~Outgoing() = default;

// ---- The reading thread ----

void Outgoing::run(Reader& in) {
  std::signal(SIGPIPE, SIG_IGN);
  // Closed when the network's thread ends, which ends a wait for the input.
  std::array<int, 2> ended{-1, -1};
  if (pipe2(ended.data(), O_CLOEXEC) != 0) throw system_error(Status::Resources, "a private pipe");
  in.source().on_wait({}, ended[1]);
  writer_.count_input([this] { return bytes_in_.load(); });
  std::thread network = start_quiet_thread([this, ended] {
    serve();
    close(ended[0]);
  });
  const std::optional<Error> reading = read(in);
  try {
    wait_for_end(reading.has_value());
  } catch (const Error&) {  // interrupted a second time, or for too long
    network.detach();       // it may be looking a name up; the process ends
    throw;
  }
  network.join();
  close(ended[1]);
  if (failure_ && (!reading || reading->status() == Status::ReaderGone)) throw Error(*failure_);
  if (reading) throw Error(*reading);
}

std::optional<Error> Outgoing::read(Reader& in) {
  std::optional<Error> failure;
  for (bool more = true; more;) {
    try {
      const auto record = in.next();
      bytes_in_ = in.source().counters().bytes;
      if (record) put(in, *record);
      more = record.has_value();
    } catch (const Error& error) {
      if (in.stopped_by(error)) continue;
      failure = error;
      more = false;
    } catch (const std::exception&) {
      failure = caught_failure();
      more = false;
    }
  }
  const std::lock_guard lock(mutex_);
  if (failure && failure->status() == Status::Interrupted) failure.emplace(Status::Interrupted, "interrupted");
  items_.push_back({failure ? Send([cause = cause_of(*failure)](Writer& out) { out.abort(cause); })
                            : Send([](Writer& out) { out.close(); }),
                    0});
  closed_ = true;
  wake_.set();
  return failure;
}

void Outgoing::wait_for_end(bool after_failure) {
  using namespace std::chrono_literals;
  using Clock = std::chrono::steady_clock;
  const auto begun = Clock::now();
  std::unique_lock lock(mutex_);
  std::optional<Clock::time_point> interrupted_at;
  while (!left_.wait_for(lock, 50ms, [this] { return ended_; })) {
    const auto now = Clock::now();
    if (!after_failure) {
      check_interrupt();
      continue;
    }
    if (interrupted() != 0 && !interrupted_at) interrupted_at = now;
    // A receiver that starts at the same moment still gets the cause; after an interrupt ABORT has a moment to leave.
    const bool nobody_comes = !met_ && way_.listens() && now - begun > 1s;
    const bool too_long = interrupted_at && now - *interrupted_at > 500ms;
    if (interrupted_at && now - *interrupted_at > 1s) fail_interrupted();
    if (!nobody_comes && !too_long) continue;
    abandoned_ = true;
    wake_.set();
  }
}

void Outgoing::add(std::uint64_t bytes, Send send) {
  std::unique_lock lock(mutex_);
  while (bytes_ >= max_waiting + (interrupted() != 0 ? last_words : 0) && !ended_) {
    left_.wait_for(lock, std::chrono::milliseconds(50));
    check_interrupt();
  }
  if (ended_) throw Error(Status::ReaderGone, "the connection has ended");
  items_.push_back({std::move(send), bytes});
  bytes_ += bytes;
  if (std::exchange(is_idle_, false)) wake_.set();
}

std::shared_ptr<Outgoing::Buffer> Outgoing::get_buffer() {
  auto* const buffer = new Buffer;
  std::shared_ptr<Buffer> shared(buffer, [this](Buffer* used) {
    const std::unique_ptr<Buffer> owner(used);
    const std::lock_guard lock(mutex_);
    if (buffers_.size() < max_buffers && used->size() <= (1 << 20)) buffers_.push_back(std::move(*used));
  });
  const std::lock_guard lock(mutex_);
  if (buffers_.empty()) return shared;
  *buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return shared;
}

void Outgoing::put_samples(Reader& in, const wire::Header& record) {
  const std::uint16_t number = record.track;
  const Track& track = in.track(number);
  std::shared_ptr<Buffer> memory = get_buffer();
  std::size_t size = 0;
  const wire::RowsPrefix rows = record.type == wire::Type::Rows ? in.rows_prefix() : wire::RowsPrefix{};
  if (record.length >= large) {
    size = in.exchange_body(*memory).size();
  } else {
    const auto body = in.body();
    memory->assign(body.begin(), body.end());
    size = body.size();
  }
  const bool last = (record.flags & wire::piece_last) != 0, damaged = (record.flags & wire::piece_damaged) != 0;
  if (!track.is_raw_video()) {
    return add(size, [number, memory = std::move(memory), size, last, damaged](Writer& out) {
      out.bytes(number, std::span(*memory).first(size), last, damaged);
    });
  }
  add(size, [number, memory = std::move(memory), rows, last, damaged, pixels = track.pixels,
             width = track.width](Writer& out) {
    Strip strip = packed_strip(*pixels, width, rows.rows, memory->data());
    strip.first = rows.first;
    strip.last = last;
    strip.damaged = damaged;
    out.rows(number, strip);
  });
}

void Outgoing::put(Reader& in, const wire::Header& record) {
  using wire::Type;
  const std::uint16_t number = record.track;
  switch (record.type) {
    case Type::Start:
      return add(0, [flags = in.preamble().flags](Writer& out) { out.begin(flags); });
    case Type::Stage:
      return add(0, [stage = in.stages().back()](Writer& out) { out.stage(stage); });
    case Type::Track:
      return add(0, [number, track = in.track(number)](Writer& out) { out.track(number, track); });
    case Type::Frame:
      return add(0, [number, frame = in.frame(number)](Writer& out) { out.frame(number, frame); });
    case Type::Rows:
    case Type::Bytes:
      return put_samples(in, record);
    case Type::End: {
      // A frame that an interrupt cut off: its first rows may be on their way already.
      const std::vector<std::uint16_t> tracks = in.tracks();
      return add(0, [tracks, end = in.end()](Writer& out) {
        for (const std::uint16_t track : tracks) out.complete_frame(track);
        out.end(&end, end.stopped);
      });
    }
    default: {
      const auto body = in.body();
      return add(body.size(),
                 [record, kept = Buffer(body.begin(), body.end())](Writer& out) { out.ancillary(record, kept); });
    }
  }
}

// ---- The network's thread ----

void Outgoing::serve() {
  std::optional<Error> failure;
  try {
    link_ = meet();
    if (link_) send_all();
  } catch (const Error& error) {
    failure = named(error);
  } catch (const std::exception&) {
    failure = caught_failure();
  }
  link_.reset();
  const std::lock_guard lock(mutex_);
  failure_ = std::move(failure);
  ended_ = true;
  left_.notify_all();
}

std::unique_ptr<Link> Outgoing::meet() {
  std::unique_ptr<Link> link = Meeting(way_).meet(wake_, [this] {
    const std::lock_guard lock(mutex_);
    return abandoned_;
  });
  const std::lock_guard lock(mutex_);
  met_ = link != nullptr;
  return link;
}

void Outgoing::send_all() {
  link_->allow_data(link_->other().window);
  Start start;
  start.session = random_id();
  start.source = random_id();
  link_->send(Type::Start, write_start(start));
  short revents = 0;
  while (true) {
    link_->work(revents, *this);
    if (is_done_) break;
    if (link_->closed()) throw Error(Status::Upstream, "the connection is broken: the other end has closed it");
    {
      const std::lock_guard lock(mutex_);
      if (abandoned_) return;
    }
    std::array<pollfd, 2> polls{pollfd{wake_.fd(), POLLIN, 0}, link_->wanted()};
    const std::int64_t rest = std::max<std::int64_t>(link_->due() - monotonic_now(), 0);
    poll(polls.data(), polls.size(), static_cast<int>(rest / 1'000'000 + 1));
    if (polls[0].revents != 0) wake_.clear();
    revents = polls[1].revents;
  }
  link_->close();
}

// Failures of the connection get the other end's name, as a stage's failures have.
Error Outgoing::named(const Error& error) const {
  if (!link_ || error.cause() || error.status() == Status::ReaderGone) return error;
  const Hello& other = link_->other();
  return Error::upstream(Status::Upstream, {other.tool, other.host, {}, {}, error.what()}, false);
}

void Outgoing::on_record(Type type, std::span<const std::byte> body) {
  switch (type) {
    case Type::Ack:
    case Type::Done: {
      const Progress progress = read_progress(body);
      if (progress.bytes > link_->data_sent()) throw Error(Status::Wire, "it acknowledged more than was sent");
      link_->allow_data(progress.bytes + link_->other().window);
      if (type == Type::Ack) return;
      if (!said_last_ || progress.bytes != link_->data_sent()) throw Error(Status::Wire, "DONE before the end");
      is_done_ = true;
      return;
    }
    case Type::Abort:
      throw Error::upstream(Status::Upstream,
                            wire::read_abort(std::string_view(reinterpret_cast<const char*>(body.data()), body.size())),
                            false);
    case Type::Gone:
      throw Error(Status::ReaderGone, "the receiver needs no more");
    default:
      return;
  }
}

std::span<std::byte> Outgoing::place_data(std::size_t) { throw Error(Status::Wire, "DATA from the wrong end"); }
void Outgoing::on_data(std::size_t) {}

void Outgoing::fill_data(std::vector<std::byte>& bytes) {
  filling_ = &bytes;
  const std::size_t begin = bytes.size();
  while (bytes.size() - begin < portion) {
    Item item;
    {
      const std::lock_guard lock(mutex_);
      if (items_.empty()) {
        is_idle_ = !closed_;
        break;
      }
      item = std::move(items_.front());
      items_.pop_front();
      const bool was_half = bytes_ >= max_waiting / 2;  // not for each record: to wake a thread costs as much as one
      bytes_ -= item.bytes;
      if (was_half && bytes_ < max_waiting / 2) left_.notify_all();
    }
    item.send(writer_);
  }
  target_.flush();
  if (bytes.size() != begin || said_last_) return;
  const std::lock_guard lock(mutex_);
  if (!closed_ || !items_.empty()) return;
  said_last_ = true;
  link_->send(Type::Last, write_progress({0, link_->data_sent()}));
}

}  // namespace sl::hop

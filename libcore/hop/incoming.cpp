// Bytes into the ring, and records out of it.

#include "libcore/hop/incoming.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <utility>

#include "libcore/base/caught_failure.h"
#include "libcore/bytes/source.h"
#include "libcore/media/clock.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/live.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::hop {

namespace {

// How often while the ring is read once.
constexpr std::size_t acknowledgements = 8;

}  // namespace

Incoming::Incoming(const Way& way) : way_(way), size_(static_cast<std::size_t>(way.hello().window)) {}
Incoming::~Incoming() { end_network(); }

// ---- The main thread ----

void Incoming::run(Writer& out) {
  std::signal(SIGPIPE, SIG_IGN);
  ring_ = std::make_unique_for_overwrite<std::byte[]>(size_);
  network_ = start_quiet_thread([this] { serve(); });
  Source source = Source::callbacks([&](std::span<std::byte> into) { return take(into, out); }, {}, "the connection");
  Reader in(source);
  out.count_input([&source] { return source.counters().bytes; });
  try {
    pass_all(in, out);
  } catch (...) {
    out.count_input({});
    throw;
  }
  out.count_input({});
}

void Incoming::pass_all(Reader& in, Writer& out) {
  for (bool more = true; more;) {
    try {
      const auto record = in.next();
      if (!record) break;
      if (record->type == wire::Type::Rows) {  // from the ring straight into what the next stage reads
        const Strip strip = in.strip(out.place(record->track, in.rows_prefix().rows));
        out.rows(record->track, strip);
      } else {
        in.pass(*record, out);
      }
      ++records_;
      in_frame_ = in.in_frame();
    } catch (const Error& error) {
      if (!in.stopped_by(error)) throw;
    }
  }
}

std::size_t Incoming::take(std::span<std::byte> into, Writer& out) {
  // An interrupt ends the stream between two frames, as a pipe ends whose writer gets the same interrupt.
  check_interrupt();
  if (interrupted() != 0 && !in_frame_) return 0;
  std::unique_lock lock(mutex_);
  while (used_ == 0) {
    if (has_last_) return 0;
    if (failure_) throw Error(*failure_);
    is_waiting_ = true;
    lock.unlock();
    out.flush();
    wait();
    if (interrupted() != 0 && !in_frame_) return 0;
    lock.lock();
    written_ = records_;
  }
  is_waiting_ = false;
  const std::size_t count = std::min({into.size(), used_, size_ - first_});
  const std::byte* const from = ring_.get() + first_;
  lock.unlock();
  std::memcpy(into.data(), from, count);
  lock.lock();
  first_ = (first_ + count) % size_;
  used_ -= count;
  taken_ += count;
  const std::size_t step = size_ / acknowledgements;
  if (taken_ / step != (taken_ - count) / step) wake_.set();
  return count;
}

// Block until the network's thread has something, or until an interrupt.
void Incoming::wait() {
  if (interrupted() == 0) {
    (void)wait_for(came_.fd(), monotonic_now() + 60 * ns_per_second);
  } else {  // for the rest of a frame
    pollfd came{came_.fd(), POLLIN, 0};
    poll(&came, 1, 50);
    check_interrupt();
  }
  came_.clear();
}

void Incoming::confirm() {
  {
    const std::lock_guard lock(mutex_);
    written_ = records_ + 1;  // CLOSE
    // An interrupt has ended the stream here, and the sender has more.
    goodbye_ = has_last_ ? Goodbye::Done : Goodbye::Gone;
  }
  wake_.set();
  if (network_.joinable()) network_.join();
}

void Incoming::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    if (error.cause() && error.status() == Status::Upstream && !failure_) {  // the stream's ABORT
      written_ = records_ + 1;
      goodbye_ = Goodbye::Done;
    } else if (error.status() == Status::ReaderGone || error.status() == Status::Interrupted || interrupted() != 0) {
      goodbye_ = Goodbye::Gone;
    } else {
      goodbye_ = Goodbye::Abort;
      cause_ = cause_of(error);
    }
  }
  end_network();
}

// Wait for the network's thread, as long as it says goodbye; it may be looking a name up.
void Incoming::end_network() {
  if (!network_.joinable()) return;
  wake_.set();
  std::unique_lock lock(mutex_);
  if (goodbye_ == Goodbye::None) abandoned_ = true;
  const bool has_ended = left_.wait_for(lock, std::chrono::seconds(2), [this] { return ended_; });
  lock.unlock();
  if (has_ended) {
    network_.join();
  } else {
    network_.detach();
  }
}

// ---- The network's thread ----

void Incoming::serve() {
  std::optional<Error> failure;
  try {
    link_ = meet();
    if (link_) receive_all();
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
  came_.set();
}

std::unique_ptr<Link> Incoming::meet() {
  return Meeting(way_).meet(wake_, [this] {
    const std::lock_guard lock(mutex_);
    return abandoned_ || goodbye_ != Goodbye::None;
  });
}

void Incoming::receive_all() {
  short revents = 0;
  while (true) {
    link_->work(revents, *this);
    Goodbye goodbye = Goodbye::None;
    {
      const std::lock_guard lock(mutex_);
      if (abandoned_) return;
      goodbye = goodbye_;
      if ((used_ != 0 || has_last_) && std::exchange(is_waiting_, false)) came_.set();
      if (goodbye == Goodbye::Done && !has_last_) goodbye = Goodbye::None;  // it comes behind ABORT
    }
    if (goodbye != Goodbye::None) return say_goodbye();
    if (link_->closed()) throw Error(Status::Upstream, "the connection is broken: the other end has closed it");
    acknowledge();
    std::array<pollfd, 2> polls{pollfd{wake_.fd(), POLLIN, 0}, link_->wanted()};
    const std::int64_t rest = std::max<std::int64_t>(link_->due() - monotonic_now(), 0);
    poll(polls.data(), polls.size(), static_cast<int>(rest / 1'000'000 + 1));
    if (polls[0].revents != 0) wake_.clear();
    revents = polls[1].revents;
  }
}

void Incoming::acknowledge() {
  Progress progress;
  {
    const std::lock_guard lock(mutex_);
    progress = {written_, taken_};
  }
  const std::int64_t now = monotonic_now();
  const bool is_step = progress.bytes - acknowledged_.bytes >= size_ / acknowledgements;
  if (progress == acknowledged_ || (!is_step && now - acknowledged_at_ < ns_per_second)) return;
  acknowledged_ = progress;
  acknowledged_at_ = now;
  link_->send(Type::Ack, write_progress(progress));
  link_->work(0, *this);
}

// Say it, and wait a moment until the other end has read it and closes the connection.
void Incoming::say_goodbye() {
  {
    const std::lock_guard lock(mutex_);
    if (goodbye_ == Goodbye::Done) link_->send(Type::Done, write_progress({written_, received_}));
    if (goodbye_ == Goodbye::Gone) link_->send(Type::Gone);
    if (goodbye_ == Goodbye::Abort) link_->abort(cause_);
  }
  const std::int64_t until = monotonic_now() + ns_per_second;
  try {
    while (!link_->closed() && monotonic_now() < until) {
      link_->work(POLLIN, *this);
      pollfd wanted = link_->wanted();
      poll(&wanted, 1, 20);
    }
  } catch (const Error&) {
    // The other end has gone first.
  }
  link_->close();
}

// Failures of the connection get the other end's name, as a stage's failures have.
Error Incoming::named(const Error& error) const {
  if (!link_ || error.cause()) return error;
  const Hello& other = link_->other();
  return Error::upstream(Status::Upstream, {other.tool, other.host, {}, {}, error.what()}, false);
}

void Incoming::on_record(Type type, std::span<const std::byte> body) {
  switch (type) {
    case Type::Start:
      if (std::exchange(has_start_, true)) throw Error(Status::Wire, "a second START");
      if (read_start(body).first != 0) throw Error(Status::Wire, "START in the middle of a stream");
      return;
    case Type::Last: {
      if (read_progress(body).bytes != received_) throw Error(Status::Wire, "LAST of another number of bytes");
      const std::lock_guard lock(mutex_);
      has_last_ = true;
      return;
    }
    case Type::Abort:
      throw Error::upstream(Status::Upstream,
                            wire::read_abort(std::string_view(reinterpret_cast<const char*>(body.data()), body.size())),
                            false);
    default:
      return;
  }
}

std::span<std::byte> Incoming::place_data(std::size_t most) {
  const std::lock_guard lock(mutex_);
  if (!has_start_ || has_last_) throw Error(Status::Wire, "DATA before START or after LAST");
  if (goodbye_ != Goodbye::None) used_ = 0;  // it is read no more: only the line must stay alive
  if (used_ == size_) throw Error(Status::Wire, "more DATA than was allowed");
  if (used_ == 0) first_ = 0;  // memory that is in the processor's cache
  const std::size_t end = (first_ + used_) % size_;
  const std::size_t room = end < first_ ? first_ - end : size_ - end;
  return {ring_.get() + end, std::min(most, room)};
}

void Incoming::on_data(std::size_t count) {
  received_ += count;
  const std::lock_guard lock(mutex_);
  used_ += count;
  if (used_ != 0 && std::exchange(is_waiting_, false)) came_.set();
}

void Incoming::fill_data(std::vector<std::byte>&) {}

}  // namespace sl::hop

// Live sources: when they stop, and how they wait.

#include "libcore/stage/live.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "libcore/base/error.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"
#include "libcore/wire/writer.h"

namespace sl {

void StopRule::bind(Tool& tool) {
  tool.option("--frames", frames_, "N", "stop after this many frames; 0: no limit", 0, std::int64_t{1} << 62);
  tool.option("--duration", duration_, "TIME", "stop after this long: 10s, 1m, 01:30:00");
}

std::optional<std::int64_t> StopRule::length() const {
  if (!duration_) return std::nullopt;
  return ticks_up(duration_->length, {1, ns_per_second});
}

bool StopRule::stops_before(std::uint64_t count, std::int64_t elapsed) const {
  return (frames_ != 0 && count >= static_cast<std::uint64_t>(frames_)) || (duration_ && elapsed >= *length());
}

std::optional<std::uint64_t> StopRule::frames_at(const Rational& rate) const {
  std::optional<std::uint64_t> count;
  if (frames_ != 0) count = static_cast<std::uint64_t>(frames_);
  if (duration_) {
    const auto begun = static_cast<std::uint64_t>(ticks_up(duration_->length, {rate.den, rate.num}));
    count = std::min(count.value_or(begun), begun);
  }
  return count;
}

Waited wait_for(int fd, std::int64_t until) {
  while (interrupted() == 0) {
    const std::int64_t rest = until - monotonic_now();
    if (rest <= 0) return Waited::Time;
    pollfd both[] = {{STDOUT_FILENO, 0, 0}, {fd, POLLIN, 0}};
    const timespec time{rest / ns_per_second, rest % ns_per_second};
    const int ready = ppoll(both, 2, &time, nullptr);
    if (ready < 0 && errno != EINTR) throw system_error(Status::Bug, "poll");
    if (ready <= 0) continue;
    if ((both[0].revents & (POLLERR | POLLHUP)) != 0) throw Error(Status::ReaderGone, "the output has no reader");
    if (both[1].revents != 0) return Waited::Ready;
  }
  return Waited::Interrupted;
}

Waited wait_live(int fd, std::int64_t until, Writer& out, std::uint16_t track, std::int64_t next_pts) {
  constexpr std::int64_t silence = ns_per_second * 9 / 10;
  out.flush();
  for (;;) {
    const std::int64_t tick = monotonic_now() + silence;
    const Waited waited = wait_for(fd, std::min(until, tick));
    if (waited != Waited::Time || until <= tick) return waited;
    write_tick(out, track, next_pts);
    out.flush();
  }
}

}  // namespace sl

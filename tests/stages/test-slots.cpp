// test-slots: how long slots take, in microseconds, as JSON of medians: to offer them, to attach, to refuse an offer,
// and to see that a reader is dead which the writer waits for. For scripts/bench_hops.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/offered_slots.h"

namespace {

using Clock = std::chrono::steady_clock;

void require(bool fine, const char* what) {
  if (fine) return;
  std::perror(what);
  std::exit(1);
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { require(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2"); }
  ~Pipe() {
    for (const int end : ends) close(end);
  }
};

double microseconds(Clock::duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

double median(int runs, const std::function<double()>& run) {
  std::vector<double> all;
  for (int i = 0; i < runs; ++i) all.push_back(run());
  std::ranges::sort(all);
  return all.at(all.size() / 2);
}

double offer() {
  const Pipe pipe;
  const auto began = Clock::now();
  const sl::OfferedSlots slots(pipe.ends[1]);
  return microseconds(Clock::now() - began);
}

// A process that makes an offer and lives until the reader has answered.
double answer(const std::function<void(int output)>& make_offer, bool attaches) {
  const Pipe pipe;
  const pid_t writer = fork();
  if (writer == 0) {
    make_offer(pipe.ends[1]);
    (void)!write(pipe.ends[1], "r", 1);
    while (true) pause();
  }
  char byte = 0;
  require(read(pipe.ends[0], &byte, 1) == 1, "read");
  const auto began = Clock::now();
  std::optional<sl::AttachedSlots> slots(pipe.ends[0]);
  const double took = microseconds(Clock::now() - began);
  require(slots->attached() == attaches, "attach");
  slots.reset();
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
  return took;
}

void lock_without_slots(int output) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_start = sl::slots::lock_offset(1000, 1001);
  lock.l_len = sl::slots::lock_length;
  require(fcntl(output, F_SETLK, &lock) == 0, "fcntl");
}

// The reader attaches, takes nothing, and dies while the writer waits for a slot.
double see_the_end() {
  void* const shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(shared != MAP_FAILED, "mmap");
  auto* const died = new (shared) std::atomic<Clock::rep>(0);
  double took = 0;
  {
    Pipe pipe;
    const pid_t reader = fork();
    if (reader == 0) {
      close(pipe.ends[1]);
      char byte = 0;
      require(read(pipe.ends[0], &byte, 1) == 1, "read");
      const sl::AttachedSlots attached(pipe.ends[0]);
      usleep(20000);
      *died = Clock::now().time_since_epoch().count();
      _exit(attached.attached() ? 0 : 1);
    }
    close(std::exchange(pipe.ends[0], -1));  // before the offer, which is a lock: closing would end it
    sl::OfferedSlots slots(pipe.ends[1]);
    require(write(pipe.ends[1], "r", 1) == 1, "write");
    try {
      for (std::uint64_t strip = 0; slots.place({.bytes = 4 << 20, .strips = strip}, [] {}) != nullptr; ++strip) {
        slots.hand_over();
      }
    } catch (const std::exception&) {  // the output has no reader
    }
    took = microseconds(Clock::now().time_since_epoch() - Clock::duration(*died));
    int status = 0;
    waitpid(reader, &status, 0);
    require(status == 0, "the reader");
  }
  munmap(shared, 4096);
  return took;
}

}  // namespace

int main() {
  setenv("SL_HOPS", "0", 1);  // from the first strip on
  const double offered = median(200, offer);
  const double attached = median(200, [] { return answer([](int output) { new sl::OfferedSlots(output); }, true); });
  const double refused = median(200, [] { return answer(lock_without_slots, false); });
  std::printf("{\"offer\": %.1f, \"attach\": %.1f, \"refusal\": %.1f, \"dead reader\": %.1f}\n", offered, attached,
              refused, median(50, see_the_end));
  return 0;
}

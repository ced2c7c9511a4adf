// The two threads and their ends.

#include "libcore/queue/queue_relay.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "libcore/base/caught_failure.h"
#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

// This thread reads and takes signals; another one sends.
class Relay {
 public:
  explicit Relay(StreamQueue& queue) : queue_(queue) {}

  void run(Reader& in, Writer& out) {
    out.count_input([this] { return bytes_in_.load(); });
    // If poll() on the output cannot report the sender's failure, a private pipe does.
    std::array<int, 2> ended{-1, -1};
    if (pipe2(ended.data(), O_CLOEXEC) != 0) throw system_error(Status::Resources, "a private pipe");
    in.source().on_wait({}, poll_reports(STDOUT_FILENO) ? STDOUT_FILENO : ended[1]);
    std::exception_ptr sending;
    std::thread sender = start_quiet_thread([&] {
      try {
        queue_.send(out);
      } catch (...) {
        sending = std::current_exception();
      }
      close(ended[0]);
      queue_.sender_ended();
    });
    const std::optional<Error> reading = read(in);
    drain(sender, in.live());
    sender.join();
    close(ended[1]);
    if (sending && (!reading || reading->status() == Status::ReaderGone)) std::rethrow_exception(sending);
    if (reading) throw Error(*reading);
  }

 private:
  // Return whether poll() reports that the reader has gone: true of pipes and sockets. They cannot seek; the sandbox
  // has no fstat().
  static bool poll_reports(int fd) { return lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE; }

  std::optional<Error> read(Reader& in) {
    std::optional<Error> failure;
    for (bool more = true; more;) {
      try {
        const auto record = in.next();
        bytes_in_ = in.source().counters().bytes;
        if (record) queue_.put(in, *record);
        more = record && !queue_.sent(0);
      } catch (const Error& error) {
        if (in.stopped_by(error)) {
          queue_.give_up();
          continue;
        }
        failure = error;
        more = false;
      } catch (const std::exception&) {
        failure = caught_failure();
        more = false;
      }
    }
    const bool at_once =
        failure && (failure->status() == Status::ReaderGone || failure->status() == Status::Interrupted);
    queue_.close(failure.has_value());
    if (at_once) queue_.abandon();
    return failure;
  }

  // Wait until everything is sent. After an interrupt, drop frames that cannot be sent in time, so that END can.
  void drain(std::thread& sender, bool live) {
    std::optional<std::int64_t> asked, overdue;
    while (!queue_.sent(50)) {
      if (interrupted() == 0) continue;
      const std::int64_t now = monotonic_now();
      if (!asked) asked = now;
      if (!overdue && is_overdue()) overdue = now;
      if (live && (overdue || now - *asked > ns_per_second * 14 / 10)) queue_.give_up();
      if (!overdue || (live && now - *overdue < ns_per_second * 3 / 10)) continue;
      queue_.abandon();
      pthread_kill(sender.native_handle(), SIGALRM);  // interrupt its system call
    }
  }

  static bool is_overdue() {
    try {
      check_interrupt();
      return false;
    } catch (const Error&) {
      return true;
    }
  }

  StreamQueue& queue_;
  std::atomic<std::uint64_t> bytes_in_{0};
};

}  // namespace

void relay(Reader& in, Writer& out, StreamQueue& queue) { Relay(queue).run(in, out); }

}  // namespace sl

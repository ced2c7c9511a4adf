// The two threads, and how they end.

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
#include <new>
#include <optional>
#include <string>
#include <thread>

#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

// This thread reads, another one sends. Signals are for this one.
class Relay {
 public:
  explicit Relay(StreamQueue& queue) : queue_(queue) {}

  void run(Reader& in, Writer& out) {
    out.count_input([this] { return bytes_in_.load(); });
    // Where the sender fails with nobody to hear of it by the output, this thread hears of it by a pipe.
    std::array<int, 2> word{-1, -1};
    if (pipe2(word.data(), O_CLOEXEC) != 0) throw system_error(Status::Resources, "a private pipe");
    const bool tells = poll_tells(STDOUT_FILENO);
    in.source().on_wait({}, tells ? STDOUT_FILENO : word[1]);
    std::exception_ptr sending;
    std::thread sender = start([&] {
      try {
        queue_.send(out);
      } catch (...) {
        sending = std::current_exception();
      }
      close(word[0]);
      queue_.sender_ended();
    });
    const std::optional<Error> reading = read(in);
    drain(sender, in.live());
    sender.join();
    close(word[1]);
    if (sending && (!reading || reading->status() == Status::ReaderGone)) std::rethrow_exception(sending);
    if (reading) throw Error(*reading);
  }

 private:
  // Of a pipe or a socket it does. In the sandbox, which has no fstat(), that they have no places says so.
  static bool poll_tells(int fd) { return lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE; }

  static std::thread start(const std::function<void()>& body) {
    sigset_t ours, before;
    sigemptyset(&ours);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ours, signal);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    std::thread thread(body);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
  }

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
      } catch (const std::bad_alloc&) {
        failure.emplace(Status::Resources, "out of memory");
        more = false;
      } catch (const std::exception& error) {
        failure.emplace(Status::Bug, std::string("a bug: ") + error.what());
        more = false;
      }
    }
    const bool at_once =
        failure && (failure->status() == Status::ReaderGone || failure->status() == Status::Interrupted);
    queue_.close(failure.has_value());
    if (at_once) queue_.abandon();
    return failure;
  }

  // Until everything is sent. After an interrupt what cannot be sent in time is dropped, so that END is.
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
      pthread_kill(sender.native_handle(), SIGALRM);  // out of its system call
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

// The handlers only set flags; the second signal ends the process.

#include "libcore/process/signals.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmath>
#include <csignal>

#include "libcore/base/error.h"

namespace sl {

namespace {

volatile std::sig_atomic_t first_signal = 0;
volatile std::sig_atomic_t overdue = 0;
volatile std::sig_atomic_t requested = 0;
volatile std::sig_atomic_t doomed_directory = AT_FDCWD;
const char* volatile doomed_file = nullptr;
// Until SIGALRM, and then again each second: the first may arrive just before the process blocks.
itimerval patience_timer{{1, 0}, {2, 0}};

void end_at_once(int signal) {
  if (doomed_file != nullptr) unlinkat(doomed_directory, doomed_file, 0);
  std::signal(signal, SIG_DFL);
  raise(signal);  // delivered when the handler returns
}

void note(int signal) {
  if (first_signal != 0) {
    end_at_once(signal);
    return;
  }
  first_signal = signal;
  setitimer(ITIMER_REAL, &patience_timer, nullptr);
}

void note_overdue(int) { overdue = 1; }
void note_request(int) { requested = 1; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void set_patience(double seconds) {
  patience_timer.it_value.tv_sec = static_cast<time_t>(seconds);
  patience_timer.it_value.tv_usec = static_cast<suseconds_t>((seconds - std::floor(seconds)) * 1e6);
}

void catch_signals() {
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
  std::signal(SIGCHLD, SIG_DFL);  // if it is ignored, wait() does not get the statuses of helpers
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM}) sigaddset(&set, signal);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) handle(signal, note);
  handle(SIGALRM, note_overdue);
}

int interrupted() { return first_signal; }

void check_interrupt() {
  if (overdue != 0) fail_interrupted();
}

void fail_interrupted() { throw Error(Status::Interrupted, "interrupted"); }

void catch_request(int signal) {
  struct sigaction action {};
  action.sa_handler = note_request;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool take_request() {
  if (requested == 0) return false;
  requested = 0;
  return true;
}

std::thread start_quiet_thread(const std::function<void()>& body) {
  sigset_t ours, before;
  sigemptyset(&ours);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ours, signal);
  pthread_sigmask(SIG_BLOCK, &ours, &before);
  std::thread thread(body);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  std::_Exit(128 + signal);
}

void unlink_when_killed(int directory, const char* name) {
  doomed_directory = directory;
  doomed_file = name;
}

}  // namespace sl

// Work for several threads whose results leave in the order in which it was given, in the caller's thread.

#pragma once

#include <pthread.h>

#include <csignal>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "libcore/base/error.h"

namespace sl {

// `run` works on a job in one of `threads` threads, `emit` takes it afterwards in the thread that calls push() and
// finish(), strictly in the order of pushing. At most `threads` + 1 jobs are held, so memory is bounded, and a caller
// that keeps the emptied jobs for reuse allocates no more than that. With one thread, none is made and push() does it
// all.
//
// The push() or finish() that would have emitted a job throws what `run` threw for it. Threads are started as jobs
// come, so that small work starts few. Destruction drops all results not emitted, and waits for jobs that are running.
template <class Job>
class Ordered {
 public:
  using Function = std::function<void(Job&)>;

  Ordered(int threads, Function run, Function emit)
      : threads_(static_cast<std::size_t>(std::max(threads, 1))), run_(std::move(run)), emit_(std::move(emit)) {}

  Ordered(const Ordered&) = delete;
  Ordered& operator=(const Ordered&) = delete;

  ~Ordered() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    to_do_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  // Hands over a job. Emits all that are ready, and waits for the oldest one if too many are held.
  void push(Job job) {
    if (threads_ == 1) {
      run_(job);
      emit_(job);
      return;
    }
    while (held_.size() > threads_) emit_oldest();
    {
      const std::lock_guard lock(mutex_);
      held_.push_back({std::move(job), false, nullptr});
      ++untouched_;
    }
    if (workers_.size() < std::min(threads_, held_.size())) start_worker();
    to_do_.notify_one();
    while (oldest_is_done()) emit_oldest();
  }

  // Waits for all jobs and emits them. More may be pushed afterwards.
  void finish() {
    while (!held_.empty()) emit_oldest();
  }

 private:
  struct Pending {
    Job job;
    bool done;
    std::exception_ptr failure;
  };

  // Signals are the business of the thread that waits for input: a worker must not swallow an interrupt.
  void start_worker() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      // Fewer threads give the same result later; none at all give nothing.
      if (workers_.empty()) throw Error(Status::Resources, std::string("no thread: ") + error.what());
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      to_do_.wait(lock, [this] { return stopping_ || untouched_ > 0; });
      if (stopping_) return;
      Pending& held = held_[held_.size() - untouched_--];  // a deque: its address stays while others come and go
      lock.unlock();
      std::exception_ptr failure;
      try {
        run_(held.job);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      held.failure = std::move(failure);
      held.done = true;
      done_.notify_one();
    }
  }

  [[nodiscard]] bool oldest_is_done() {
    const std::lock_guard lock(mutex_);
    return !held_.empty() && held_.front().done;
  }

  void emit_oldest() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return held_.front().done; });
    Pending held = std::move(held_.front());
    held_.pop_front();
    lock.unlock();
    if (held.failure) std::rethrow_exception(held.failure);
    emit_(held.job);
  }

  std::size_t threads_;
  Function run_, emit_;
  std::mutex mutex_;
  std::condition_variable to_do_, done_;
  std::deque<Pending> held_;   // in the order of pushing; changed by the caller's thread only
  std::size_t untouched_ = 0;  // the last so many of them wait for a thread
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace sl

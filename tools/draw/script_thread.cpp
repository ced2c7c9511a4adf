// One work at a time, handed over under a lock.

#include "script_thread.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "libcore/base/error.h"

namespace sl::drawing {

struct ScriptThread::State {
  std::mutex lock;
  std::condition_variable changed;
  std::function<void()> work;
  std::exception_ptr failure;
  bool is_busy = false, ends = false;
};

ScriptThread::ScriptThread() : state_(std::make_shared<State>()) {
  const auto loop = [state = state_] {
    std::unique_lock hold(state->lock);
    while (true) {
      state->changed.wait(hold, [&] { return state->is_busy || state->ends; });
      if (state->ends) return;
      hold.unlock();
      std::exception_ptr failure;
      try {
        state->work();
      } catch (...) {
        failure = std::current_exception();
      }
      hold.lock();
      state->failure = failure;
      state->is_busy = false;
      state->changed.notify_all();
    }
  };
  try {
    std::thread(loop).detach();
  } catch (const std::system_error& error) {
    throw Error(Status::Resources, std::string("a thread for the script: ") + error.what());
  }
}

ScriptThread::~ScriptThread() {
  const std::unique_lock hold(state_->lock);
  state_->ends = true;
  state_->changed.notify_all();
}

bool ScriptThread::run(const std::function<void()>& work, double seconds, const std::function<void()>& late) {
  std::unique_lock hold(state_->lock);
  state_->work = work;
  state_->is_busy = true;
  state_->changed.notify_all();
  const auto is_done = [&] { return !state_->is_busy; };
  if (!state_->changed.wait_for(hold, std::chrono::duration<double>(seconds), is_done)) {
    late();
    if (!state_->changed.wait_for(hold, std::chrono::milliseconds(500), is_done)) return false;
  }
  const std::exception_ptr failure = std::exchange(state_->failure, nullptr);
  if (failure) std::rethrow_exception(failure);
  return true;
}

}  // namespace sl::drawing

// A thread that runs a script's work, so that the stage can stop waiting for it.

#pragma once

#include <functional>
#include <memory>

namespace sl::drawing {

class ScriptThread {
 public:
  // Start it in the sandbox, which holds for threads that start later.
  ScriptThread();
  // Leaves a thread that is busy.
  ~ScriptThread();
  ScriptThread(const ScriptThread&) = delete;
  ScriptThread& operator=(const ScriptThread&) = delete;

  // Run `work` there, and wait for its end. After `seconds` call `late` and wait for half a second more. Return false
  // if the work did not end. An exception of the work is thrown here.
  [[nodiscard]] bool run(const std::function<void()>& work, double seconds, const std::function<void()>& late);

 private:
  struct State;
  std::shared_ptr<State> state_;  // the thread keeps it too
};

}  // namespace sl::drawing

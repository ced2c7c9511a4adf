// Keeps signals from the threads that a codec starts: an interrupt is for the thread that waits for input.

#pragma once

#include <csignal>

namespace sl::av {

// Blocks all signals during its lifetime; threads started then inherit the mask.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace sl::av

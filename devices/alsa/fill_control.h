// How much faster or slower a live stream is played than it arrives, so that the sound waiting in the device stays
// equal.
//
// The clocks of a sound card and of a remote source differ by some hundred millionths: within hours the waiting sound
// would grow or run out. A loop of second order (a proportional and an integral part, critically damped) follows that
// slowly, since the waiting sound jumps by the jitter of the line: it settles within ten seconds at first, then its
// bandwidth narrows to 0.005 Hz. PipeWire's and zita-ajbridge's are of this kind. Never more than 0.5 % faster or
// slower, a twelfth of a semitone: an hour of jitter is inaudible, and a second too much is worked off in 200.

#pragma once

namespace sl::alsa {

class FillControl {
 public:
  static constexpr double most = 0.005;

  // Seconds of sound that should wait when the next piece arrives.
  explicit FillControl(double target) : target_(target) {}
  // Takes the seconds that wait when a piece of `length` seconds arrives. Return the factor to stretch that piece by.
  double next(double waits, double length);

 private:
  double target_, smooth_ = 0;  // seconds; how far off, lately
  double drift_ = 0;            // how much faster than the device the source is
  double age_ = 0;              // seconds since the start
};

}  // namespace sl::alsa

// How much faster or slower than it came a live stream is to be played, so that what waits for the device stays as
// much.
//
// The clock of a sound card and that of a source elsewhere differ by some hundred millionths: within hours what waits
// would grow or run out. A loop of second order (a proportional and an integral part, critically damped) follows that,
// slowly, as what waits jumps about by the jitter of the line: it settles within ten seconds at first, then its
// bandwidth narrows to 0.005 Hz. PipeWire's and zita-ajbridge's are of this kind. Never more than 0.5 % faster or
// slower, a twelfth of a semitone: an hour of jitter is not heard, and a second too much is worked off in 200.

#pragma once

namespace sl::alsa {

class FillControl {
 public:
  static constexpr double most = 0.005;

  // Seconds of sound that should wait when the next piece arrives.
  explicit FillControl(double target) : target_(target) {}
  // Seconds that do wait as a piece of so many seconds arrives. Returns how many times as long that one is to be
  // played.
  double next(double waits, double length);

 private:
  double target_, smooth_ = 0;  // seconds; how far off, lately
  double drift_ = 0;            // how much faster than the device the source is
  double age_ = 0;              // seconds since the start
};

}  // namespace sl::alsa

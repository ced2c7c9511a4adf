// Capture times of samples by the system's clock: the device's reports, block by block, smoothed.
//
// A device reports at every block when it was captured, late by any delay in it or in this process. A delay-locked loop
// of second order (Fons Adriaensen, "Using a DLL to filter time") follows both the time and the length of a sample as
// the system's clock sees it, with a bandwidth of 0.5 Hz: jitter is smoothed, drift between both clocks is followed.
// Sound servers report times that are off by a tenth of a second now and then, above all at the start: one block moves
// the time by little, and the length of a sample not at all if it is far off. Half a second off is no jitter: then the
// loop restarts.

#pragma once

#include <cstdint>

namespace sl::alsa {

class SampleClock {
 public:
  static constexpr std::int64_t jump = 500'000'000;  // ns

  explicit SampleClock(std::uint32_t rate) : rate_(rate) {}
  // Take the next block: its samples and the capture time that the device reports for its first one. Return the
  // smoothed time.
  std::int64_t next(std::int64_t reported, std::uint64_t samples);
  // Return how much later than expected the block was reported: beyond `jump`, samples are missing.
  [[nodiscard]] std::int64_t late(std::int64_t reported) const { return started_ ? reported - expected_ : 0; }
  void restart() { started_ = false; }
  // By how much the device's clock is slower than the system's.
  [[nodiscard]] double drift() const { return sample_ns_ == 0 ? 0 : sample_ns_ * rate_ / 1e9 - 1; }

 private:
  std::uint32_t rate_;
  bool started_ = false;
  std::uint64_t samples_ = 0;  // since the start
  std::int64_t expected_ = 0;  // when the next block begins, and ...
  double fraction_ = 0;        // ... how much more, ns
  double sample_ns_ = 0;
};

}  // namespace sl::alsa

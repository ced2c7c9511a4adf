// When samples were captured, by the system's clock: what the device tells block by block, smoothed.
//
// A device tells at every block when it was captured, late by whatever held us or it up. A delay-locked loop of second
// order (Fons Adriaensen, "Using a DLL to filter time") follows both the time and the length of a sample as the
// system's clock sees it, with a bandwidth of 0.5 Hz: jitter is smoothed, drift between both clocks is followed. Sound
// servers tell what is off by a tenth of a second now and then, at the start above all: one block moves the time by
// little, and the length of a sample not at all where it is far off. What is off by half a second is no jitter: then it
// starts anew.

#pragma once

#include <cstdint>

namespace sl::alsa {

class SampleClock {
 public:
  static constexpr std::int64_t jump = 500'000'000;  // ns

  explicit SampleClock(std::uint32_t rate) : rate_(rate) {}
  // The block that comes next has so many samples, and its first one was captured then, as the device tells. Returns
  // the time to believe.
  std::int64_t next(std::int64_t told, std::uint64_t samples);
  // How much later the block was told to have come than was expected: beyond `jump`, samples are missing.
  [[nodiscard]] std::int64_t late(std::int64_t told) const { return started_ ? told - expected_ : 0; }
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

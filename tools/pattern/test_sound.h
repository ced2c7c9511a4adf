// Test sounds: a tone, a sweep, and clicks at full seconds.

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sl::pattern {

enum class Sound : std::uint8_t { None, Tone, Sweep, Click };

class TestSound {
 public:
  TestSound(Sound sound, std::uint32_t sample_rate) : sound_(sound), rate_(sample_rate) {}

  // The next samples, the same for all channels. `click`: a full second begins with the first of them.
  //   tone   1000 Hz at -18 dBFS, the line-up level of EBU R 68
  //   sweep  20 Hz to 20 kHz (or 0.45 of the sample rate) in 10 s, each octave as long, at -18 dBFS, again and again
  //   click  10 ms of 1000 Hz at -6 dBFS, beginning with the second
  void fill(std::span<double> samples, bool click);
  // Leaves samples out.
  void skip(std::uint64_t samples) { sample_ += samples; }

 private:
  [[nodiscard]] double at(std::uint64_t sample) const;
  Sound sound_;
  std::uint32_t rate_;
  std::uint64_t sample_ = 0, click_ = ~std::uint64_t{0} / 2;  // the next one; the first of the last click
};

}  // namespace sl::pattern

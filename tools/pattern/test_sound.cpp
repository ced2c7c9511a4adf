// Test sounds.

#include "test_sound.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sl::pattern {

namespace {

constexpr double frequency = 1000, turn = 2 * std::numbers::pi;
const double line_up = std::pow(10, -18 / 20.), loud = std::pow(10, -6 / 20.);

}  // namespace

double TestSound::at(std::uint64_t sample) const {
  // Whole periods are left out before the sine: it stays exact for weeks.
  const auto sine = [this](std::uint64_t n) {
    return std::sin(turn * static_cast<double>(n * static_cast<std::uint64_t>(frequency) % rate_) / rate_);
  };
  switch (sound_) {
    case Sound::Tone:
      return line_up * sine(sample);
    case Sound::Sweep: {
      constexpr double length = 10, low = 20;
      const double high = std::min(20000., 0.45 * rate_), octaves = std::log(high / low);
      const double t = static_cast<double>(sample % (static_cast<std::uint64_t>(length) * rate_)) / rate_;
      return line_up * std::sin(turn * low * length / octaves * std::expm1(t / length * octaves));
    }
    case Sound::Click:
      return sample >= click_ && sample - click_ < rate_ / 100 ? loud * sine(sample - click_) : 0;
    case Sound::None:
      break;
  }
  return 0;
}

void TestSound::fill(std::span<double> samples, bool click) {
  if (click) click_ = sample_;
  for (double& value : samples) value = at(sample_++);
}

}  // namespace sl::pattern

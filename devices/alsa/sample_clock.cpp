// The loop.

#include "devices/alsa/sample_clock.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sl::alsa {

std::int64_t SampleClock::next(std::int64_t told, std::uint64_t samples) {
  const auto count = static_cast<double>(samples);
  if (!started_ || std::abs(told - expected_) > jump) {
    started_ = true;
    expected_ = told;
    fraction_ = 0;
    sample_ns_ = 1e9 / rate_;
  }
  const std::int64_t time = expected_;
  const double error = static_cast<double>(told - expected_) - fraction_;
  constexpr double bandwidth = 0.5;  // Hz
  const double omega = std::min(2 * std::numbers::pi * bandwidth * count / rate_, 0.5);
  const double step = count * sample_ns_ + fraction_ + std::numbers::sqrt2 * omega * error;
  sample_ns_ += count > 0 ? omega * omega * error / count : 0;
  const double whole = std::floor(step);
  expected_ += static_cast<std::int64_t>(whole);
  fraction_ = step - whole;
  return time;
}

}  // namespace sl::alsa

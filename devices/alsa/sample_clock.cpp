// The loop.

#include "devices/alsa/sample_clock.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sl::alsa {

namespace {

constexpr std::int64_t max_jitter = 20'000'000;  // ns
constexpr double near = 5e6;

}  // namespace

std::int64_t SampleClock::next(std::int64_t reported, std::uint64_t samples) {
  const auto count = static_cast<double>(samples);
  const bool unsettled = samples_ < rate_ / 4 && std::abs(reported - expected_) > max_jitter;
  if (!started_ || unsettled || std::abs(reported - expected_) > jump) {
    if (!started_) samples_ = 0;
    started_ = true;
    expected_ = reported;
    fraction_ = 0;
    sample_ns_ = 1e9 / rate_;
  }
  const std::int64_t time = expected_;
  samples_ += samples;
  constexpr auto most = static_cast<double>(max_jitter);
  const double error = std::clamp(static_cast<double>(reported - expected_) - fraction_, -most, most);
  constexpr double bandwidth = 0.5;  // Hz
  const double omega = std::min(2 * std::numbers::pi * bandwidth * count / rate_, 0.5);
  const double step = count * sample_ns_ + fraction_ + std::numbers::sqrt2 * omega * error;
  sample_ns_ += count > 0 && std::abs(error) < near ? omega * omega * error / count : 0;
  const double whole = std::floor(step);
  expected_ += static_cast<std::int64_t>(whole);
  fraction_ = step - whole;
  return time;
}

}  // namespace sl::alsa

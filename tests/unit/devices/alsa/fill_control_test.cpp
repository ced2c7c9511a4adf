// Live sound on a device of another clock: what waits stays as much, by a ratio that is hardly heard, for days.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "devices/alsa/fill_control.h"
#include "devices/alsa/stretcher.h"
#include "libcore/media/track.h"

namespace {

using sl::alsa::FillControl;
using sl::alsa::Stretcher;

struct Seen {
  double least = 1e9, largest = 0, last = 0;  // seconds that waited, from `settled` on
  double stretch_low = 1, stretch_high = 1;
};

// Pieces of 10 ms of a source that is faster than the device by `ppm` come up to `jitter` seconds late; at the start
// `first` seconds wait.
Seen simulate(double ppm, double jitter, double first, double seconds, double settled) {
  constexpr double target = 0.1, length = 0.01;
  std::mt19937 random(1);
  std::uniform_real_distribution<double> late(0, 1);
  FillControl control(target);
  Seen seen;
  double written = first, now = 0;  // by the device's clock, which plays a second a second
  for (int n = 0; length * n < seconds; ++n) {
    const double due = length * n / (1 + ppm / 1e6);
    now = std::max(now, due + jitter * std::pow(late(random), 4));  // late ones are rare, and in order
    const double waits = written - now;
    const double stretch = control.next(waits, length);
    written += length * stretch;
    if (due < settled) continue;
    seen.least = std::min(seen.least, waits);
    seen.largest = std::max(seen.largest, waits);
    seen.stretch_low = std::min(seen.stretch_low, stretch);
    seen.stretch_high = std::max(seen.stretch_high, stretch);
    seen.last = waits;
  }
  return seen;
}

TEST(FillControl, ADayOfDrift) {
  for (const double ppm : {-300.0, -20.0, 0.0, 100.0, 300.0}) {
    const Seen seen = simulate(ppm, 0, 0.1, ppm > 200 ? 86400 : 3600, 0);
    EXPECT_GT(seen.least, 0.095) << ppm;
    EXPECT_LT(seen.largest, 0.105) << ppm;
    EXPECT_NEAR(seen.last, 0.1, 1e-6) << ppm;
  }
}

TEST(FillControl, JitterIsNotHeard) {
  const Seen seen = simulate(150, 0.06, 0.1, 36000, 600);
  EXPECT_GT(seen.least, 0.02);
  EXPECT_LT(seen.largest, 0.14);
  EXPECT_GT(seen.stretch_low, 1 - 0.0012);  // less than 2 cents off the true ratio
  EXPECT_LT(seen.stretch_high, 1 + 0.0009);
}

TEST(FillControl, WorksOffWhatIsTooMuch) {
  const Seen start = simulate(50, 0.005, 2.1, 300, 0), end = simulate(50, 0.005, 2.1, 700, 600);
  EXPECT_GE(start.stretch_low, 1 - FillControl::most);
  EXPECT_GT(start.least, 0.06);  // and no more
  EXPECT_NEAR(end.last, 0.1, 0.005);
}

sl::Track track(const char* samples, std::uint32_t channels) {
  sl::Track track;
  track.kind = sl::Kind::Audio;
  track.samples = samples;
  track.sample_rate = 48000;
  track.channels = channels;
  return track;
}

// A tone of 1 kHz, in pieces whose ratio changes: as many samples as the ratios say, and still that tone.
TEST(Stretcher, ATone) {
  Stretcher stretcher(track("f32le", 2));
  double expected = 0;
  std::vector<float> out;
  for (int n = 0; n < 1000; ++n) {
    std::vector<float> in;
    for (int k = 480 * n; k < 480 * (n + 1); ++k) {
      const auto value = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * k / 48));
      in.insert(in.end(), {value, -value});
    }
    const double ratio = n < 500 ? 1.003 : 0.998;
    expected += 480 * ratio;
    const auto bytes = stretcher.stretch(std::as_bytes(std::span(in)), ratio, n == 999);
    const auto* values = reinterpret_cast<const float*>(bytes.data());
    out.insert(out.end(), values, values + bytes.size() / sizeof(float));
  }
  EXPECT_NEAR(static_cast<double>(out.size()) / 2, expected, 16);  // inside the filter
  // Against the tone that fits best.
  for (const auto& [first, ratio] : {std::pair{100000, 1.003}, std::pair{300000, 0.998}}) {
    double s = 0, c = 0, rest = 0;
    constexpr int count = 48000;
    const auto angle = [&](int k) { return 2 * std::numbers::pi * k / 48 / ratio; };
    const auto sample = [&](int k) { return static_cast<double>(out[2 * static_cast<std::size_t>(first + k)]); };
    for (int k = 0; k < count; ++k) {
      s += sample(k) * std::sin(angle(k)) * 2 / count;
      c += sample(k) * std::cos(angle(k)) * 2 / count;
    }
    for (int k = 0; k < count; ++k) {
      rest += std::pow(sample(k) - s * std::sin(angle(k)) - c * std::cos(angle(k)), 2);
      EXPECT_EQ(out[2 * static_cast<std::size_t>(first + k)], -out[2 * static_cast<std::size_t>(first + k) + 1]);
    }
    EXPECT_NEAR(std::hypot(s, c), 0.5, 1e-3);
    EXPECT_LT(10 * std::log10(rest / count / 0.125), -80) << ratio;
  }
}

// Any kind of samples, unchanged at a ratio of 1.
TEST(Stretcher, AnySamples) {
  for (const char* name : {"u8", "s16le", "s32le", "f32le"}) {
    const sl::Track one = track(name, 1);
    Stretcher stretcher(one);
    std::vector<double> in(4800), back;
    for (std::size_t k = 0; k < in.size(); ++k) in[k] = 0.25 * std::sin(static_cast<double>(k) / 7);
    std::vector<std::byte> bytes(in.size() * sl::sample_bytes(sl::sample_type(one)));
    sl::write_samples(sl::sample_type(one), in, bytes);
    const auto out = stretcher.stretch(bytes, 1, true);
    ASSERT_NEAR(static_cast<double>(out.size()), static_cast<double>(bytes.size()), 8) << name;
    back.resize(std::min(out.size(), bytes.size()) / sl::sample_bytes(sl::sample_type(one)));
    sl::read_samples(sl::sample_type(one), out.first(back.size() * sl::sample_bytes(sl::sample_type(one))), back);
    double worst = 0;
    for (std::size_t k = 200; k + 200 < back.size(); ++k) worst = std::max(worst, std::abs(back[k] - in[k]));
    EXPECT_LT(worst, *name == 'u' ? 0.01 : 0.001) << name;
  }
}

}  // namespace

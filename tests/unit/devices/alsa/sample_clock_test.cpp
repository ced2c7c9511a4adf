// Capture times of sound: jitter is smoothed, drift followed, a wrong start forgotten.

#include <gtest/gtest.h>

#include <random>

#include "devices/alsa/sample_clock.h"

namespace {

using sl::alsa::SampleClock;

// Blocks of 480 at a true rate of 48000 and `ppm`, reported `off` late by up to `jitter`; return the largest error from
// `settled` on.
double worst_error(double ppm, std::int64_t jitter, std::int64_t first_off, int blocks, int settled) {
  std::mt19937 random(1);
  SampleClock clock(48000);
  double worst = 0;
  for (int n = 0; n < blocks; ++n) {
    const double truth = 1e9 * 0.01 * n * (1 + ppm / 1e6);
    auto told = static_cast<std::int64_t>(truth);
    if (jitter != 0) told += static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(jitter)) - jitter / 2;
    if (n < 3) told += first_off;
    const auto time = clock.next(told, 480);
    if (n >= settled) worst = std::max(worst, std::abs(static_cast<double>(time) - truth));
  }
  EXPECT_NEAR(clock.drift() * 1e6, ppm, jitter == 0 ? 2 : 150);
  return worst;
}

TEST(SampleClock, FollowsDriftExactly) {
  for (const double ppm : {-200.0, 0.0, 30.0, 200.0}) EXPECT_LT(worst_error(ppm, 0, 0, 6000, 1000), 2000) << ppm;
}

TEST(SampleClock, SmoothsJitter) { EXPECT_LT(worst_error(50, 2'000'000, 0, 6000, 1000), 500'000); }

TEST(SampleClock, ForgetsAWrongStart) { EXPECT_LT(worst_error(0, 0, -130'000'000, 3000, 500), 1'000'000); }

TEST(SampleClock, ADayIsExact) {
  SampleClock clock(44100);
  std::int64_t time = 0;
  for (std::int64_t n = 0; n < 8'640'000; ++n) time = clock.next(n * 10'000'000, 441);
  EXPECT_NEAR(static_cast<double>(time), 8'639'999 * 1e7, 1000);
}

TEST(SampleClock, TellsWhatIsMissing) {
  SampleClock clock(48000);
  for (int n = 0; n < 100; ++n) (void)clock.next(n * 10'000'000, 480);
  EXPECT_NEAR(static_cast<double>(clock.late(3'000'000'000)), 2e9, 1e4);
  EXPECT_EQ(clock.next(3'000'000'000, 480), 3'000'000'000);
}

}  // namespace

// The 64 bits of a look, against the transform written down plainly.

#include "libcore/pixels/perceptual_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sl {
namespace {

std::vector<float> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(0, 1);
  std::vector<float> samples(count);
  for (float& sample : samples) sample = value(random);
  return samples;
}

std::uint64_t hash_of(const std::vector<float>& samples, std::uint32_t width, std::uint32_t height) {
  PerceptualHash hash(width, height);
  for (std::uint32_t y = 0; y < height; ++y) hash.add(samples.data() + std::size_t{y} * width);
  return hash.value();
}

// Of 32x32 samples.
std::uint64_t plain_hash(const std::vector<float>& samples) {
  std::vector<double> found;
  for (int sum = 1; found.size() < 64; ++sum) {
    for (int i = 0; i <= sum && found.size() < 64; ++i) {
      const int u = sum % 2 == 1 ? i : sum - i, v = sum - u;
      double value = 0;
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
          value += samples[static_cast<std::size_t>(y * 32 + x)] * std::cos(std::numbers::pi * u * (x + 0.5) / 32) *
                   std::cos(std::numbers::pi * v * (y + 0.5) / 32);
        }
      }
      found.push_back(value);
    }
  }
  auto sorted = found;
  std::ranges::sort(sorted);
  std::uint64_t hash = 0;
  for (const double value : found) hash = hash * 2 + (value >= sorted[32] ? 1 : 0);
  return hash;
}

TEST(PerceptualHash, IsTheSignOfTheLowestFrequencies) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto samples = noise(32 * 32, seed);
    EXPECT_EQ(hash_of(samples, 32, 32), plain_hash(samples));
  }
}

TEST(PerceptualHash, IsTheSameForAPictureOfLargerPixels) {
  const auto samples = noise(32 * 32, 4);
  for (const auto& [across, down] : {std::pair{2U, 3U}, {7U, 1U}}) {
    std::vector<float> large;
    for (std::uint32_t y = 0; y < 32 * down; ++y) {
      for (std::uint32_t x = 0; x < 32 * across; ++x) large.push_back(samples[y / down * 32 + x / across]);
    }
    EXPECT_LE(bits_apart(hash_of(large, 32 * across, 32 * down), plain_hash(samples)), 1);
  }
}

TEST(PerceptualHash, TakesPicturesOfAnySize) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 77U}, {33U, 2U}, {100U, 3U}}) {
    (void)hash_of(noise(std::size_t{width} * height, 5), width, height);
  }
}

TEST(PerceptualHash, IsHalfOfTheBitsApartForOtherPictures) {
  double sum = 0;
  for (unsigned seed = 10; seed < 30; ++seed) {
    const int bits = bits_apart(hash_of(noise(64 * 64, seed), 64, 64), hash_of(noise(64 * 64, seed + 100), 64, 64));
    EXPECT_GT(bits, 12);
    sum += bits;
  }
  EXPECT_NEAR(sum / 20, 32, 4);
}

}  // namespace
}  // namespace sl

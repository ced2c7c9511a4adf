// Samples of sound: every value of the small formats there and back, rounding, saturation and hostile values.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/sound/samples.h"

namespace {

using sl::SampleType;

template <class T>
std::vector<T> there_and_back(SampleType type, std::vector<T> samples) {
  std::vector<double> values(samples.size());
  sl::read_samples(type, std::as_bytes(std::span(samples)), values);
  std::vector<T> back(samples.size());
  sl::write_samples(type, values, std::as_writable_bytes(std::span(back)));
  return back;
}

template <class T>
std::vector<T> scaled(SampleType type, std::vector<T> samples, double factor) {
  sl::scale_samples(type, std::as_writable_bytes(std::span(samples)), factor);
  return samples;
}

template <class T>
std::vector<T> written(SampleType type, std::vector<double> values) {
  std::vector<T> samples(values.size());
  sl::write_samples(type, values, std::as_writable_bytes(std::span(samples)));
  return samples;
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

TEST(SoundSamples, ThereAndBackIsTheSame) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(there_and_back(SampleType::U8, bytes), bytes);
  std::vector<std::int16_t> shorts;
  for (int i = -32768; i < 32768; ++i) shorts.push_back(static_cast<std::int16_t>(i));
  EXPECT_EQ(there_and_back(SampleType::S16, shorts), shorts);
  std::vector<std::int32_t> longs{INT32_MIN, INT32_MIN + 1, -1, 0, 1, 0x7ffffffe, INT32_MAX};
  for (std::int64_t i = INT32_MIN; i <= INT32_MAX; i += 99991) longs.push_back(static_cast<std::int32_t>(i));
  EXPECT_EQ(there_and_back(SampleType::S32, longs), longs);
  const std::vector<float> floats{0, -0.0f, 1, -1, 1e-40f, 3e38f, 0.1f, std::numeric_limits<float>::infinity()};
  EXPECT_EQ(there_and_back(SampleType::F32, floats), floats);
}

TEST(SoundSamples, ValuesAreOfFullScale) {
  std::vector<double> values(2);
  const std::vector<std::uint8_t> bytes{0, 192};
  sl::read_samples(SampleType::U8, std::as_bytes(std::span(bytes)), values);
  EXPECT_EQ(values, (std::vector<double>{-1, 0.5}));
  const std::vector<std::int16_t> shorts{-32768, 16384};
  sl::read_samples(SampleType::S16, std::as_bytes(std::span(shorts)), values);
  EXPECT_EQ(values, (std::vector<double>{-1, 0.5}));
  const std::vector<std::int32_t> longs{INT32_MIN, 1 << 30};
  sl::read_samples(SampleType::S32, std::as_bytes(std::span(longs)), values);
  EXPECT_EQ(values, (std::vector<double>{-1, 0.5}));
}

TEST(SoundSamples, RoundingIsToNearestTiesToEven) {
  // As Python's round(), for a hundred thousand products.
  std::vector<std::int16_t> shorts;
  for (int i = -32768; i < 32768; ++i) shorts.push_back(static_cast<std::int16_t>(i));
  for (const double factor : {0.5, 0.25, 0.75, 0.3, 1.0 / 3}) {
    const auto result = scaled(SampleType::S16, shorts, factor);
    for (std::size_t i = 0; i < shorts.size(); ++i) ASSERT_EQ(result[i], std::nearbyint(shorts[i] * factor));
  }
  EXPECT_EQ(scaled<std::int16_t>(SampleType::S16, {1, 3, 5, -1, -3}, 0.5), (std::vector<std::int16_t>{0, 2, 2, 0, -2}));
  EXPECT_EQ(scaled<std::uint8_t>(SampleType::U8, {128 + 3, 128 - 3, 128}, 0.5),
            (std::vector<std::uint8_t>{130, 126, 128}));
  EXPECT_EQ(scaled<std::int32_t>(SampleType::S32, {INT32_MAX, 5}, 0.5), (std::vector<std::int32_t>{1 << 30, 2}));
}

TEST(SoundSamples, IntegersSaturate) {
  EXPECT_EQ(scaled<std::int16_t>(SampleType::S16, {20000, -20000, 16384, -16384}, 2),
            (std::vector<std::int16_t>{32767, -32768, 32767, -32768}));
  EXPECT_EQ(scaled<std::uint8_t>(SampleType::U8, {255, 0, 192}, 2), (std::vector<std::uint8_t>{255, 0, 255}));
  EXPECT_EQ(scaled<std::int32_t>(SampleType::S32, {INT32_MAX, INT32_MIN}, 1e6),
            (std::vector<std::int32_t>{INT32_MAX, INT32_MIN}));
  EXPECT_EQ(written<std::int16_t>(SampleType::S16, {infinity, -infinity, nan, 1e300}),
            (std::vector<std::int16_t>{32767, -32768, 0, 32767}));
  EXPECT_EQ(written<std::int32_t>(SampleType::S32, {infinity, -infinity, nan}),
            (std::vector<std::int32_t>{INT32_MAX, INT32_MIN, 0}));
}

TEST(SoundSamples, FloatsAreLeftAlone) {
  EXPECT_EQ(scaled<float>(SampleType::F32, {0.75f, -3}, 4), (std::vector<float>{3, -12}));
  const float odd = std::bit_cast<float>(0x7fc12345u);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(scaled<float>(SampleType::F32, {odd}, 1)[0]), 0x7fc12345u);
}

TEST(SoundSamples, BytesNeedNoAlignment) {
  std::vector<std::byte> memory(9);
  const std::int32_t sample = 1000;
  std::memcpy(memory.data() + 1, &sample, 4);
  std::memcpy(memory.data() + 5, &sample, 4);
  sl::scale_samples(SampleType::S32, std::span(memory).subspan(1), 2);
  std::int32_t result = 0;
  std::memcpy(&result, memory.data() + 5, 4);
  EXPECT_EQ(result, 2000);
}

double gain_of(std::string_view text) {
  sl::Gain gain;
  parse_value("DB", text, gain);
  return gain.factor;
}

TEST(Gain, IsDecibelsOrAFactor) {
  EXPECT_EQ(gain_of("0"), 1);
  EXPECT_EQ(gain_of("-20"), 0.1);
  EXPECT_EQ(gain_of("+20dB"), 10);
  EXPECT_EQ(gain_of("x0.5"), 0.5);
  EXPECT_EQ(gain_of("x0"), 0);
  EXPECT_NEAR(gain_of("-6"), 0.501187, 1e-6);
  for (const char* text : {"", "x", "x-1", "+-3", "6x", "-6 dB", "nan", "inf", "121", "xnan", "dB", "x1e9", "x0.5dB"}) {
    EXPECT_THROW((void)gain_of(text), sl::Error) << text;
  }
}

}  // namespace

// Statistics of every format, against sorted samples.

#include "libcore/pixels/statistics.h"

#include <cmath>
#include <limits>
#include <map>

#include "libcore/base/json.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

class StatisticsOf : public testing::TestWithParam<std::string_view> {};

TEST_P(StatisticsOf, AreThoseOfTheSortedSamples) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {37U, 23U}}) {
    Samples picture(test::video_track(GetParam(), width, height));
    picture.fill_with_noise(width, 0, 1.2);
    if (picture.track.pixels->sample != Sample::F32) picture.fill_with_noise(width, 0, 1);
    PictureStatistics statistics(picture.track);
    test::in_strips(picture, 0, [&](const Strip& strip) { statistics.add(strip); });
    std::map<int, std::vector<double>> samples;
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) { samples[c].push_back(picture.get(c, x, y)); });
    ASSERT_EQ(statistics.channels().size(), samples.size());
    for (const auto& channel : statistics.channels()) {
      std::vector<double>& sorted = samples.at(channel.component);
      std::ranges::sort(sorted);
      const ChannelStatistics& got = channel.values;
      const bool real = picture.track.pixels->sample == Sample::F32;
      const auto count = static_cast<double>(sorted.size());
      double sum = 0, squares = 0, entropy = 0;
      std::map<double, double> counts;
      for (const double value : sorted) sum += value, ++counts[value];
      for (const double value : sorted) squares += (value - sum / count) * (value - sum / count);
      for (const auto& [value, n] : counts) entropy -= n / count * std::log2(n / count);
      EXPECT_EQ(got.count(), sorted.size());
      EXPECT_EQ(got.minimum(), sorted.front());
      EXPECT_EQ(got.maximum(), sorted.back());
      EXPECT_NEAR(got.mean(), sum / count, 1e-9 * picture.largest());
      EXPECT_NEAR(got.deviation(), std::sqrt(squares / count), 1e-6 * picture.largest());
      EXPECT_NEAR(got.entropy(), entropy, real ? entropy : 1e-9);
      for (const double part : {0.01, 0.5, 0.99}) {
        const double value = sorted[static_cast<std::size_t>(std::max(std::ceil(part * count), 1.0)) - 1];
        EXPECT_NEAR(got.percentile(part), value, real ? value / 128 + 1e-9 : 0) << part;
      }
      const auto clipped = [&](auto is) { return static_cast<std::uint64_t>(std::ranges::count_if(sorted, is)); };
      EXPECT_EQ(got.clipped_low(), clipped([&](double v) { return real ? v < 0 : v == 0; }));
      EXPECT_EQ(got.clipped_high(), clipped([&](double v) { return real ? v > 1 : v >= picture.largest(); }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, StatisticsOf, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Statistics, OfFloatsTakeAnyValue) {
  const float samples[] = {-2, -0.5f, 0.25f, 3, std::numeric_limits<float>::quiet_NaN(), 1e30f};
  ChannelStatistics values(0);
  values.add(samples, 6);
  EXPECT_EQ(values.count(), 5U);
  EXPECT_EQ(values.not_numbers(), 1U);
  EXPECT_EQ(values.minimum(), -2);
  EXPECT_EQ(values.percentile(0.2), -2);
  EXPECT_EQ(values.percentile(0.4), -0.5);
  EXPECT_EQ(values.percentile(0.6), 0.25);
  EXPECT_EQ(values.clipped_low(), 2U);
  EXPECT_EQ(values.clipped_high(), 2U);
}

TEST(Statistics, NameTheirChannels) {
  Samples picture(test::video_track("yuva420p", 2, 2));
  PictureStatistics statistics(picture.track);
  statistics.add(picture.strip());
  const Json json = statistics.json();
  for (const char* name : {"luma", "Cb", "Cr", "alpha"}) EXPECT_EQ(json[name]["maximum"], 0) << name;
  EXPECT_EQ(json["luma"]["percentiles"]["50"], 0);
}

}  // namespace

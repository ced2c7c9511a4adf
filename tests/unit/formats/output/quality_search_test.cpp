// The search for the highest quality that fits, on sizes of several shapes.

#include "formats/output/quality_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace sl {
namespace {

using Size = std::function<std::uint64_t(int quality)>;

int tries_of(QualitySearch& search, const Size& size) {
  int tries = 0;
  while (const auto quality = search.next()) {
    search.add(*quality, size(*quality));
    ++tries;
  }
  return tries;
}

// As libjpeg, with another exponent and start.
Size jpeg(double exponent, double start) {
  return [=](int quality) {
    const double scale = quality < 50 ? 5000.0 / quality : 200.0 - 2 * quality;
    return static_cast<std::uint64_t>(start + 1e6 * std::pow(scale + 2, -exponent));
  };
}

TEST(QualitySearch, FindsTheBestOfSizesThatGrowAsFilesDo) {
  int missed = 0, searches = 0;
  for (const double exponent : {0.4, 0.6, 0.8}) {
    for (const double start : {0.0, 600.0, 20000.0}) {
      const Size size = jpeg(exponent, start);
      for (int wanted = 1; wanted <= 100; ++wanted) {
        QualitySearch search(1, 100, size(wanted), start > 1000 ? static_cast<std::uint64_t>(start) + 500 : 0);
        EXPECT_LE(tries_of(search, size), QualitySearch::most);
        ASSERT_TRUE(search.fits());
        EXPECT_LE(search.fits()->bytes, size(wanted));
        EXPECT_GE(search.fits()->quality, wanted - 2) << "exponent " << exponent << ", start " << start;
        missed += size(search.fits()->quality) < size(wanted) ? 1 : 0;
        ++searches;
      }
    }
  }
  EXPECT_LE(missed, searches / 50);
}

TEST(QualitySearch, ReportsTheSmallestSizeIfNothingFits) {
  const Size size = jpeg(0.6, 5000);
  QualitySearch search(1, 100, 5001);
  tries_of(search, size);
  EXPECT_FALSE(search.fits());
  ASSERT_TRUE(search.over());
  EXPECT_EQ(search.over()->quality, 1);
}

TEST(QualitySearch, KeepsItsBoundsForAnySizes) {
  for (const Size& size :
       {Size([](int) { return 10U; }), Size([](int quality) { return 1U << (quality / 4); }),
        Size([](int quality) { return quality < 99 ? 1U : 1000000U; }), Size([](int) { return 0U; })}) {
    for (const std::uint64_t limit : {1U, 9U, 10U, 100U, 100000U}) {
      QualitySearch search(0, 100, limit);
      EXPECT_LE(tries_of(search, size), QualitySearch::most);
      if (size(0) <= limit) {
        ASSERT_TRUE(search.fits());
        EXPECT_LE(search.fits()->bytes, limit);
      } else {
        EXPECT_FALSE(search.fits());
      }
    }
  }
}

TEST(QualitySearch, TriesNoQualityAboveTheHighest) {
  QualitySearch search(1, 40, 1000);
  EXPECT_EQ(tries_of(search, [](int quality) { return static_cast<std::uint64_t>(quality); }), 1);
  EXPECT_EQ(search.fits()->quality, 40);
}

}  // namespace
}  // namespace sl

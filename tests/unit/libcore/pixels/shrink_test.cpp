// Shrinking against the plainest arithmetic: every format, odd sizes, every cut; siting, light, alpha, tracks.

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/pixels/shrink.h"
#include "libcore/pixels/transfer.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

Samples shrunk(const Samples& picture, ShrinkFactors factors, unsigned cut = 0, bool linear = false,
               bool flush = false) {
  Shrinker shrinker(picture.track, factors, linear);
  Samples result(shrinker.track());
  std::uint32_t next = 0;
  const auto take = [&](const Strip& strip) {
    EXPECT_EQ(strip.first, next);
    next += strip.rows;
    test::put(result, strip);
  };
  Samples copy = picture;  // a shrinker may change its input
  test::in_strips(copy, cut, [&](const Strip& strip) {
    shrinker.push(strip, take);
    if (flush && !(strip.first + strip.rows == picture.track.height)) shrinker.flush(take);
  });
  EXPECT_EQ(next, result.track.height);
  return result;
}

// Twice the subsampling times what samples of one axis weigh in output sample `j`: the part of each that a box of
// `factor` samples covers whose middle is at sample `j` of the smaller picture.
std::vector<std::int64_t> weights(std::int64_t j, std::int64_t factor, std::int64_t subsampling, bool on_luma,
                                  std::uint32_t count) {
  // In units of 1 / (2 s) samples, sample i reaching from 2 s i to 2 s (i + 1).
  const std::int64_t unit = 2 * subsampling;
  const std::int64_t begin = unit * factor * j - (on_luma ? (factor - 1) * (subsampling - 1) : 0),
                     end = begin + unit * factor;
  std::vector<std::int64_t> result(count);
  for (std::int64_t i = 0; i < count; ++i) {
    result[static_cast<std::size_t>(i)] =
        std::max<std::int64_t>(0, std::min(end, unit * (i + 1)) - std::max(begin, unit * i));
  }
  return result;
}

double naive(const Samples& from, int component, std::uint32_t x, std::uint32_t y, ShrinkFactors factors) {
  const Chroma chroma = from.track.color.chroma;
  const auto columns =
      weights(x, factors.x, 1 << from.shift_x(component), chroma != Chroma::Center, from.width(component));
  const auto rows =
      weights(y, factors.y, 1 << from.shift_y(component), chroma == Chroma::TopLeft, from.height(component));
  double sum = 0, weight = 0;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    for (std::uint32_t k = 0; rows[i] != 0 && k < columns.size(); ++k) {
      if (columns[k] == 0) continue;
      sum += static_cast<double>(rows[i] * columns[k]) * from.get(component, k, i);
      weight += static_cast<double>(rows[i] * columns[k]);
    }
  }
  return from.track.pixels->sample == Sample::F32 ? sum / weight : std::floor((2 * sum + weight) / (2 * weight));
}

class Shrink : public testing::TestWithParam<std::string_view> {
 protected:
  static Track track(std::uint32_t width, std::uint32_t height, Chroma chroma = Chroma::Center) {
    Track track = test::video_track(GetParam(), width, height);
    if (track.pixels->alpha) track.alpha = Alpha::Premultiplied;
    track.color = {1, 13, 6, Range::Full, chroma};
    return track;
  }
};

constexpr std::array<ShrinkFactors, 9> factors{
    {{1, 1}, {2, 2}, {3, 2}, {4, 1}, {1, 5}, {8, 8}, {6, 7}, {40, 40}, {300, 300}}};

TEST_P(Shrink, GivesTheMeansOfBoxes) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 7U}, {47U, 33U}, {64U, 64U}}) {
    for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
      Samples picture(track(width, height, chroma));
      if (chroma != Chroma::Center && picture.track.pixels->shift_x + picture.track.pixels->shift_y == 0) continue;
      picture.fill_with_noise(width);
      for (const ShrinkFactors factor : factors) {
        const Samples result = shrunk(picture, factor);
        ASSERT_EQ(result.track.width, (width + factor.x - 1) / factor.x);
        ASSERT_EQ(result.track.height, (height + factor.y - 1) / factor.y);
        result.each([&](int c, std::uint32_t x, std::uint32_t y) {
          ASSERT_NEAR(result.get(c, x, y), naive(picture, c, x, y, factor),
                      picture.track.pixels->sample == Sample::F32 ? 1e-7 : 0)
              << factor.x << "x" << factor.y << ", component " << c << " at " << x << ", " << y << ", siting "
              << static_cast<int>(chroma);
        });
      }
    }
  }
}

TEST_P(Shrink, DoesNotDependOnStrips) {
  for (const Chroma chroma : {Chroma::Center, Chroma::TopLeft}) {
    Samples picture(track(47, 101, chroma));
    picture.fill_with_noise(1);
    for (const bool linear : {false, true}) {
      for (const ShrinkFactors factor : {ShrinkFactors{2, 2}, ShrinkFactors{3, 7}}) {
        const Samples whole = shrunk(picture, factor, 1000, linear);
        for (const unsigned cut : {0U, 1U, 4U, 16U}) {
          ASSERT_EQ(shrunk(picture, factor, cut, linear).bytes, whole.bytes) << cut;
          ASSERT_EQ(shrunk(picture, factor, cut, linear, true).bytes, whole.bytes) << cut << ", flushed";
        }
      }
    }
  }
}

TEST_P(Shrink, LeavesConstantPicturesAsTheyAre) {
  for (const bool linear : {false, true}) {
    for (const Alpha alpha : {Alpha::Premultiplied, Alpha::Straight}) {
      Samples picture(track(23, 19, Chroma::Left));
      if (picture.track.pixels->alpha) picture.track.alpha = alpha;
      const std::array<double, 4> parts{0.3, 0.45, 0.55, 0.8};
      const bool is_float = picture.track.pixels->sample == Sample::F32;
      const auto value = [&](int c) {
        const double v = parts[static_cast<std::size_t>(c)] * picture.largest();
        return is_float ? v : std::floor(v);
      };
      picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, value(c)); });
      for (const ShrinkFactors factor : {ShrinkFactors{2, 2}, ShrinkFactors{3, 1}, ShrinkFactors{5, 7}}) {
        const Samples result = shrunk(picture, factor, 0, linear);
        result.each([&](int c, std::uint32_t x, std::uint32_t y) {
          ASSERT_NEAR(result.get(c, x, y), value(c), is_float ? 1e-5 : 0)
              << factor.x << (linear ? ", linear" : "") << ", component " << c;
        });
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, Shrink, testing::ValuesIn(test::all_formats()), test::format_name);

// A ramp stays the ramp: each sample has the value of its place.
TEST(ShrinkSiting, KeepsChromaWhereItStands) {
  for (const char* format : {"yuv420p16le", "yuv422p16le", "yuv444p16le"}) {
    for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
      Track track = test::video_track(format, 96, 96);
      track.color = {1, 1, 1, Range::Limited, chroma};
      const auto place = [&](const Samples& p, int c, std::uint32_t x, std::uint32_t y) {
        const double sx = 1 << p.shift_x(c), sy = 1 << p.shift_y(c);
        return std::pair{sx * x + (chroma == Chroma::Center ? (sx - 1) / 2 : 0),
                         sy * y + (chroma == Chroma::TopLeft ? 0 : (sy - 1) / 2)};
      };
      const auto ramp = [](double x, double y) { return 1000 + 120 * x + 240 * y; };
      Samples picture(track);
      picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
        const auto [px, py] = place(picture, c, x, y);
        picture.set(c, x, y, ramp(px, py));
      });
      for (const ShrinkFactors factor :
           {ShrinkFactors{2, 2}, ShrinkFactors{3, 4}, ShrinkFactors{6, 1}, ShrinkFactors{1, 8}}) {
        const Samples result = shrunk(picture, factor);
        result.each([&](int c, std::uint32_t x, std::uint32_t y) {
          if (x == 0 || y == 0) return;  // less than a box
          const auto [px, py] = place(result, c, x, y);
          const double fx = factor.x, fy = factor.y;
          ASSERT_NEAR(result.get(c, x, y), ramp(fx * px + (fx - 1) / 2, fy * py + (fy - 1) / 2), 1)
              << format << ", siting " << static_cast<int>(chroma) << ", " << fx << "x" << fy << ", component " << c
              << " at " << x << ", " << y;
        });
      }
    }
  }
}

TEST(ShrinkBoxes, AreExactWhereSumsAreLarge) {
  // Over 2^32 in all: 65535 times 300 x 300.
  Samples white(test::video_track("gray16le", 600, 301));
  white.each([&](int c, std::uint32_t x, std::uint32_t y) { white.set(c, x, y, 65535); });
  const Samples result = shrunk(white, {300, 300});
  result.each([&](int c, std::uint32_t x, std::uint32_t y) { EXPECT_EQ(result.get(c, x, y), 65535); });

  Samples bytes(test::video_track("gray", 4096, 4096));
  std::memset(bytes.bytes.data(), 0xff, bytes.bytes.size());
  EXPECT_EQ(shrunk(bytes, {4096, 4096}).get(0, 0, 0), 255);
  // All but one row of 257 white: sums of 8-bit columns just fit 16 bits.
  Samples tall(test::video_track("gray", 3, 257));
  std::memset(tall.bytes.data(), 0xff, tall.bytes.size());
  EXPECT_EQ(shrunk(tall, {3, 257}).get(0, 0, 0), 255);
}

TEST(ShrinkBoxes, RoundToNearest) {
  Samples picture(test::video_track("gray", 12, 1));
  for (std::uint32_t black = 0; black <= 12; ++black) {
    for (std::uint32_t x = 0; x < 12; ++x) picture.set(0, x, 0, x < black ? 0 : 1);
    EXPECT_EQ(shrunk(picture, {12, 1}).get(0, 0, 0), black <= 6 ? 1 : 0) << black;
  }
}

TEST(ShrinkLinear, TakesMeansOfLight) {
  Samples picture(test::video_track("gray", 2, 2));
  picture.set(0, 0, 0, 255);
  picture.set(0, 1, 1, 255);
  const auto mean = [&](int transfer) {
    picture.track.color.transfer = transfer;
    return shrunk(picture, {2, 2}, 0, true).get(0, 0, 0);
  };
  EXPECT_EQ(shrunk(picture, {2, 2}).get(0, 0, 0), 128);
  EXPECT_EQ(mean(13), 188);  // sRGB: 0.5 is 0.735
  EXPECT_EQ(mean(2), 188);
  EXPECT_EQ(mean(8), 128);
  EXPECT_EQ(mean(1), 180);  // BT.709: 0.705
  EXPECT_EQ(mean(4), 186);  // gamma 2.2: 0.730
  EXPECT_THROW(mean(9), Error);
}

TEST(ShrinkLinear, IsTheSameInYuv) {
  Track track = test::video_track("yuv444p", 2, 2);
  track.color = {1, 13, 5, Range::Full, Chroma::Center};
  Samples picture(track);
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, c != 0 ? 128 : x == y ? 255 : 0); });
  const Samples result = shrunk(picture, {2, 2}, 0, true);
  EXPECT_EQ(result.track.pixels->name, "yuv444p");
  EXPECT_EQ(result.get(0, 0, 0), 188);
  EXPECT_EQ(result.get(1, 0, 0), 128);
}

TEST(ShrinkAlpha, WeightsColours) {
  for (const char* format : {"rgba", "rgba64le", "gbrap", "ya8"}) {
    for (const bool linear : {false, true}) {
      Samples picture(test::video_track(format, 2, 1));
      const double most = picture.largest();
      picture.set(0, 0, 0, most);  // opaque red, or white
      picture.set(3, 0, 0, most);
      if (picture.has(1)) picture.set(2, 1, 0, most);  // blue, but not to be seen
      const Samples result = shrunk(picture, {2, 1}, 0, linear);
      EXPECT_EQ(result.get(0, 0, 0), most) << format;
      if (picture.has(1)) {
        EXPECT_EQ(result.get(2, 0, 0), 0) << format;
      }
      EXPECT_NEAR(result.get(3, 0, 0), most / 2, 0.51) << format;
    }
  }
  Samples nothing(test::video_track("rgba", 3, 3));
  nothing.set(0, 1, 1, 200);
  EXPECT_EQ(shrunk(nothing, {3, 3}).bytes, std::vector<std::byte>(4));
}

TEST(ShrinkTrack, TurnsFactorsWithThePicture) {
  Track track = test::video_track("gray", 100, 60);
  track.orientation = 6;
  const Track result = shrunk_track(track, {2, 3});  // of the upright 60 x 100
  EXPECT_EQ(result.width, 34u);
  EXPECT_EQ(result.height, 30u);
  EXPECT_EQ(result.orientation, 6);
  EXPECT_EQ(result.sample_aspect, (Rational{3, 2}));
}

TEST(ShrinkTrack, ChangesTheAspectOfPixels) {
  Track track = test::video_track("gray", 100, 60);
  EXPECT_EQ(shrunk_track(track, {2, 2}).sample_aspect, Rational());
  EXPECT_EQ(shrunk_track(track, {4, 2}).sample_aspect, (Rational{2, 1}));
  track.sample_aspect = {8, 9};
  EXPECT_EQ(shrunk_track(track, {2, 2}).sample_aspect, (Rational{8, 9}));
  EXPECT_EQ(shrunk_track(track, {3, 2}).sample_aspect, (Rational{4, 3}));
  track.sample_aspect = {0x7fffffff, 3};
  const Rational extreme = shrunk_track(track, {4096, 1}).sample_aspect;
  EXPECT_LE(extreme.num, 0x7fffffff);
  EXPECT_GE(extreme.den, 1);
}

TEST(ShrinkTrack, NamesTheMatrixThatASmallerSizeWouldChange) {
  Track track = test::video_track("yuv420p", 1920, 1080);
  EXPECT_EQ(shrunk_track(track, {2, 2}).color.matrix, 1);
  EXPECT_EQ(shrunk_track(track, {2, 1}).color.matrix, 2);
  track.height = 480;
  EXPECT_EQ(shrunk_track(track, {2, 2}).color.matrix, 2);
  track = test::video_track("rgb24", 1920, 1080);
  EXPECT_EQ(shrunk_track(track, {2, 2}).color, track.color);
}

TEST(ShrinkTrack, RefusesToMixFields) {
  Track track = test::video_track("yuv420p", 64, 64);
  track.fields = Fields::Top;
  EXPECT_THROW((void)shrunk_track(track, {2, 2}), Error);
  Samples picture(track);
  picture.fill_with_noise(1);
  picture.track.color.chroma = Chroma::Center;
  const Samples result = shrunk(picture, {2, 1}, 4);
  result.each([&](int c, std::uint32_t x, std::uint32_t y) {
    ASSERT_EQ(result.get(c, x, y), naive(picture, c, x, y, {2, 1}));
  });
}

TEST(ShrinkStrips, AreMarkedWhereDamagedRowsWent) {
  Samples picture(test::video_track("gray", 8, 64));
  Shrinker shrinker(picture.track, {2, 4}, false);
  std::vector<bool> damaged;
  const auto take = [&](const Strip& strip) { damaged.insert(damaged.end(), strip.rows, strip.damaged); };
  test::in_strips(picture, 6, [&](Strip strip) {
    strip.damaged = strip.first == 12;  // rows 12 to 17: boxes 3 and 4
    shrinker.push(strip, take);
    shrinker.flush(take);
  });
  ASSERT_EQ(damaged.size(), 16u);
  // Row 5 comes with row 4.
  for (std::size_t row = 0; row < damaged.size(); ++row) EXPECT_EQ(damaged[row], row >= 3 && row <= 5) << row;
}

TEST(ShrinkStrips, StayOfModestSize) {
  Samples picture(test::video_track("rgb24", 1000, 3000));
  Shrinker shrinker(picture.track, {2, 2}, false);
  unsigned strips = 0;
  shrinker.push(picture.strip(), [&](const Strip& strip) {
    ++strips;
    EXPECT_LE(strip_bytes(*strip.format, strip.width, strip.rows), 300u << 10);
  });
  EXPECT_EQ(strips, 10u);  // 160 rows of 1500
}

ShrinkFactors factors_of(std::string_view text) {
  ShrinkFactors factors;
  parse_value("FACTOR", text, factors);
  return factors;
}

TEST(ShrinkFactorsOf, AreParsedStrictly) {
  EXPECT_EQ(factors_of("3").y, 3u);
  EXPECT_EQ(factors_of("4x1").x, 4u);
  EXPECT_EQ(factors_of("4x1").y, 1u);
  EXPECT_EQ(factors_of("4096x4096").x, 4096u);
  for (const char* bad :
       {"", "0", "-2", "2x", "x2", "2x0", "2x2x2", "2.5", "1e3", "4097", "99999999999", " 2", "2 ", "2X2"}) {
    EXPECT_THROW((void)factors_of(bad), Error) << bad;
  }
}

TEST(Transfers, AreInversesWithinTheirTables) {
  for (const int number : {1, 4, 5, 7, 8, 13, 16, 17, 18}) {
    const Transfer transfer(number);
    std::vector<float> row{0, 1e-9f, 1e-5f, 0.001f, 0.0031308f, 0.02f, 0.04f, 0.3f, 0.5f, 0.999f, 1, -0.1f};
    const std::vector<float> values = row;
    transfer.to_light(row.data(), row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      EXPECT_NEAR(row[i], transfer.to_light(values[i]), 3e-6 * std::abs(row[i]) + 1e-9)
          << number << " of " << values[i];
    }
    transfer.from_light(row.data(), row.size());
    for (std::size_t i = 2; i < row.size(); ++i) EXPECT_NEAR(row[i], values[i], 2e-5) << number;
    EXPECT_NEAR(transfer.to_light(1.0f), number == 17 ? 1.0910 : 1.0, 1e-3) << number;
  }
  EXPECT_NEAR(Transfer(13).to_light(0.5f), 0.21404, 1e-5);
  EXPECT_NEAR(Transfer(1).to_light(0.5f), 0.25973, 1e-4);
  EXPECT_NEAR(Transfer(16).to_light(0.508078f), 0.01, 1e-5);  // 100 cd/m2
  EXPECT_NEAR(Transfer(18).to_light(0.5f), 1.0 / 12, 1e-6);
  EXPECT_NEAR(Transfer(13).from_light(2.0f), 1.3532, 1e-3);
}

}  // namespace

// Blurring against float64 sums of all samples: every format, narrow and wide, edges, cuts, threads.

#include "libcore/pixels/blur.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

struct Way {
  unsigned cut = 1000;
  bool flush = false;
};

Samples blurred(const Samples& picture, const Blurrer::Settings& settings, Way way = {}) {
  Samples result(picture.track);
  Blurrer blurrer(picture.track, settings);
  std::uint32_t next = 0;
  const auto take = [&](const Strip& strip) {
    EXPECT_EQ(strip.first, next);
    next += strip.rows;
    test::put(result, strip);
  };
  const Samples copy = picture;  // light is made in place
  test::in_strips(copy, way.cut, [&](const Strip& strip) {
    blurrer.push(strip, take);
    if (way.flush) blurrer.flush(take);
  });
  EXPECT_EQ(next, picture.track.height);
  return result;
}

Blurrer::Settings gaussian(double x, double y, int threads = 1) { return {BlurShape::Gaussian, x, y, false, threads}; }

// Weights for distances 0, 1, 2, ... with the sum of both sides 1: a Gaussian as scipy.ndimage.gaussian_filter has it,
// cut off at four standard deviations; a box.
std::vector<double> half_kernel(BlurShape shape, double size, double part) {
  std::vector<double> weights;
  if (shape == BlurShape::Gaussian) {
    const double sigma = size / part;
    for (int x = 0; x <= static_cast<int>(4 * sigma + 0.5); ++x) {
      weights.push_back(sigma == 0 ? 1 : std::exp(-0.5 * x * x / sigma / sigma));
    }
  } else {
    const double half = (2 * size + 1) / part / 2;
    weights.push_back(std::min(1.0, 2 * half));
    for (int x = 1; x - 0.5 < half; ++x) weights.push_back(std::min(half - (x - 0.5), 1.0));
  }
  double sum = -weights[0];
  for (const double weight : weights) sum += 2 * weight;
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The samples of one component without rounding.
std::vector<double> exact(const Samples& from, int component, const Blurrer::Settings& settings) {
  const std::int64_t width = from.width(component), height = from.height(component);
  const auto place = [&](std::int64_t x, std::int64_t y) { return static_cast<std::size_t>(y * width + x); };
  const auto sum = [](const std::vector<double>& weights, std::int64_t at, std::int64_t count, const auto& sample) {
    double total = weights[0] * sample(at);
    for (std::int64_t k = 1; k < static_cast<std::int64_t>(weights.size()); ++k) {
      total += weights[static_cast<std::size_t>(k)] *
               (sample(std::max<std::int64_t>(at - k, 0)) + sample(std::min(at + k, count - 1)));
    }
    return total;
  };
  const auto columns = half_kernel(settings.shape, settings.x, 1 << from.shift_x(component));
  const auto rows = half_kernel(settings.shape, settings.y, 1 << from.shift_y(component));
  std::vector<double> down(static_cast<std::size_t>(width * height)), result = down;
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      down[place(x, y)] = sum(rows, y, height, [&](std::int64_t i) {
        return from.get(component, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(i));
      });
    }
  }
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      result[place(x, y)] = sum(columns, x, width, [&](std::int64_t i) { return down[place(i, y)]; });
    }
  }
  return result;
}

double worst(const Samples& from, const Samples& result, const Blurrer::Settings& settings) {
  double most = 0;
  for (int c = 0; c < 4; ++c) {
    if (!from.has(c)) continue;
    const auto expected = exact(from, c, settings);
    for (std::uint32_t y = 0; y < from.height(c); ++y) {
      for (std::uint32_t x = 0; x < from.width(c); ++x) {
        most = std::max(most, std::abs(result.get(c, x, y) - expected[std::size_t{y} * from.width(c) + x]));
      }
    }
  }
  return most;
}

class Blur : public testing::TestWithParam<std::string_view> {
 protected:
  static Samples noise(std::uint32_t width, std::uint32_t height) {
    Track track = test::video_track(GetParam(), width, height);
    if (track.pixels->alpha) track.alpha = Alpha::Premultiplied;
    track.color = {1, 13, 6, Range::Full, Chroma::Left};
    Samples picture(track);
    picture.fill_with_noise(width);
    return picture;
  }
};

TEST_P(Blur, IsTheWeightedSum) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {5U, 37U}, {40U, 30U}}) {
    const Samples picture = noise(width, height);
    // Of a code's rounding, and of the coarse grid: 1/1000.
    const double rounding = picture.track.pixels->sample == Sample::F32 ? 0 : 0.5;
    const double near = rounding + picture.largest() / 1000;
    for (const auto& [x, y] : {std::pair{0.3, 2.0}, {0.0, 5.0}, {9.0, 3.1}, {40.0, 40.0}}) {
      const auto settings = gaussian(x, y);
      ASSERT_LE(worst(picture, blurred(picture, settings), settings), near) << width << "x" << height << ", " << x;
    }
    for (const auto& [x, y] : {std::pair{0.0, 4.0}, {12.0, 1.5}}) {
      const Blurrer::Settings settings{BlurShape::Box, x, y, false, 1};
      ASSERT_LE(worst(picture, blurred(picture, settings), settings), near) << width << "x" << height << ", box " << x;
    }
  }
}

TEST_P(Blur, DoesNotDependOnStripsOrThreads) {
  const Samples picture = noise(47, 151);
  for (const double sigma : {1.5, 11.0}) {
    const Samples whole = blurred(picture, gaussian(sigma, sigma));
    for (const int threads : {1, 2, 7}) {
      for (const unsigned cut : {1U, 3U, 16U, 1000U}) {
        ASSERT_EQ(blurred(picture, gaussian(sigma, sigma, threads), {cut, cut == 3}).bytes, whole.bytes)
            << cut << " rows, " << threads << " threads, sigma " << sigma;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, Blur, testing::ValuesIn(test::all_formats()), test::format_name);

// The hardest case is a single bright pixel, and a hard edge, for the coarse grid.
TEST(BlurGaussian, IsWithinOneCodeForAnySigma) {
  Samples picture(test::video_track("gray", 400, 3));
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
    picture.set(c, x, y, x == 7 || (x > 100 && x < 200) || (x > 250 && x % 30 < 15) ? 255 : 0);
  });
  for (double sigma = 0.2; sigma < 100; sigma *= 1.13) {
    const auto settings = gaussian(sigma, 0);
    EXPECT_LE(worst(picture, blurred(picture, settings), settings), 0.6) << sigma;
  }
}

TEST(BlurGaussian, KeepsConstantPictures) {
  for (int code = 0; code < 256; code += 15) {
    Samples picture(test::video_track("gray", 50, 50));
    std::memset(picture.bytes.data(), code, picture.bytes.size());
    for (const double sigma : {0.5, 2.0, 5.0, 17.0, 300.0}) {
      EXPECT_EQ(blurred(picture, gaussian(sigma, sigma)).bytes, picture.bytes) << code << ", sigma " << sigma;
    }
  }
}

TEST(BlurLinear, WeighsLight) {
  Samples picture(test::video_track("gray", 64, 64));
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, (x + y) % 2 * 255); });
  auto settings = gaussian(4, 4);
  EXPECT_NEAR(blurred(picture, settings).get(0, 32, 32), 127.5, 0.51);
  settings.linear = true;
  EXPECT_EQ(blurred(picture, settings).get(0, 32, 32), 188);  // sRGB of 0.5
}

TEST(BlurAlpha, WeighsColours) {
  Samples picture(test::video_track("rgba", 40, 8));
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, x < 20 && c != 1 ? 255 : 0); });
  const Samples result = blurred(picture, gaussian(3, 3));
  for (std::uint32_t x = 0; x < 28; ++x) {  // transparent pixels have no part in the colour
    EXPECT_EQ(result.get(0, x, 4), 255);
    EXPECT_EQ(result.get(1, x, 4), 0);
  }
  EXPECT_NEAR(result.get(3, 20, 4), 114, 3);
}

TEST(BlurFields, AreNotMixed) {
  Track track = test::video_track("yuv420p", 40, 50);
  track.fields = Fields::Top;
  Samples picture(track);
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, 50 + y % 2 * 150); });
  for (const BlurShape shape : {BlurShape::Gaussian, BlurShape::Box}) {
    for (const double size : {1.0, 9.0}) EXPECT_EQ(blurred(picture, {shape, size, size}, {4}).bytes, picture.bytes);
  }

  // Each field is a picture of its own, of half as many rows.
  picture.fill_with_noise(5);
  Samples field(test::video_track("gray", 40, 25));
  field.each([&](int c, std::uint32_t x, std::uint32_t y) { field.set(c, x, y, picture.get(0, x, 2 * y)); });
  const auto half = gaussian(4, 2);
  const auto expected = exact(field, 0, half);
  const Samples result = blurred(picture, gaussian(4, 4));
  field.each([&](int, std::uint32_t x, std::uint32_t y) {
    ASSERT_NEAR(result.get(0, x, 2 * y), expected[std::size_t{y} * 40 + x], 0.6);
  });
  Blurrer blurrer(track, gaussian(2, 2));
  blurrer.set_interlaced(false);
  Samples flat(track);
  blurrer.push(picture.strip(), [&](const Strip& strip) { test::put(flat, strip); });
  EXPECT_LE(worst(picture, flat, gaussian(2, 2)), 0.6);
}

}  // namespace

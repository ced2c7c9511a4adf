// Differences and SSIM against the plainest arithmetic, in every format.

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/rect_rule.h"
#include "libcore/pixels/comparison.h"
#include "libcore/pixels/comparison_report.h"
#include "libcore/pixels/difference_picture.h"
#include "libcore/pixels/ssim.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

Image image_of(const Samples& picture) {
  Image image(picture.track, "frame", "a frame");
  image.put(picture.strip());
  return image;
}

Comparison compared(const Samples& a, const Samples& b, const ComparisonOptions& options = {}) {
  return compare({a.track, image_of(a)}, {b.track, image_of(b)}, options);
}

class ComparisonOf : public testing::TestWithParam<std::string_view> {};

TEST_P(ComparisonOf, CountsAndMeasuresEverySample) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {5U, 3U}, {37U, 22U}}) {
    Samples a(test::video_track(GetParam(), width, height));
    a.fill_with_noise(width);
    Samples b = a;
    const Rect ignored{2, 1, 7, 5};
    const auto is_ignored = [&](int c, std::uint32_t x, std::uint32_t y) {
      const std::int64_t left = std::int64_t{x} << a.shift_x(c), top = std::int64_t{y} << a.shift_y(c);
      const std::int64_t right = std::min<std::int64_t>(left + (1 << a.shift_x(c)), width);
      const std::int64_t bottom = std::min<std::int64_t>(top + (1 << a.shift_y(c)), height);
      return right > ignored.x && left < ignored.x + ignored.width && bottom > ignored.y &&
             top < ignored.y + ignored.height;
    };
    std::minstd_rand random(width);
    a.each([&](int c, std::uint32_t x, std::uint32_t y) {
      if (random() % 5 != 0) return;
      const double step = a.track.pixels->sample == Sample::F32 ? 0.25 : 3;
      b.set(c, x, y, a.get(c, x, y) > a.largest() / 2 ? a.get(c, x, y) - step : a.get(c, x, y) + step);
    });
    double squares = 0, worst = 0;
    std::uint64_t samples = 0;
    std::vector<std::uint8_t> differs(width * height);
    a.each([&](int c, std::uint32_t x, std::uint32_t y) {
      if (is_ignored(c, x, y)) return;
      const double distance = std::abs(a.get(c, x, y) - b.get(c, x, y));
      squares += distance * distance / (a.largest() * a.largest());
      worst = std::max(worst, distance);
      ++samples;
      if (distance == 0) return;
      for (std::uint32_t py = y << a.shift_y(c); py < std::min((y + 1) << a.shift_y(c), height); ++py) {
        for (std::uint32_t px = x << a.shift_x(c); px < std::min((x + 1) << a.shift_x(c), width); ++px) {
          if (!is_ignored(0, px, py)) differs[py * width + px] = 1;
        }
      }
    });
    const Comparison found = compared(a, b, {.ignored = {ignored}});
    ASSERT_TRUE(found.same_size);
    EXPECT_EQ(found.samples.samples, samples);
    const bool real = a.track.pixels->sample == Sample::F32;  // differences of floats are rounded
    EXPECT_NEAR(found.samples.squares, squares, squares * (real ? 1e-6 : 1e-9));
    EXPECT_NEAR(found.samples.worst, worst, real ? 1e-6 : 0);
    EXPECT_EQ(found.samples.differing, static_cast<std::uint64_t>(std::ranges::count(differs, 1)));
    if (worst > 0) {
      EXPECT_NEAR(found.samples.psnr(), 10 * std::log10(static_cast<double>(samples) / squares), 1e-5);
    }
    EXPECT_TRUE(compared(a, a).equal());
    EXPECT_EQ(compared(a, a).samples.pixels, width * height);
    EXPECT_NEAR(compared(a, a).ssim.value(), 1, 1e-6);
    const double step = (real ? 0.25 : 3) * 255 / a.largest();
    EXPECT_TRUE(compared(a, b, {.tolerance = step * (1 + 1e-6)}).equal());
    EXPECT_EQ(compared(a, b, {.tolerance = step * 0.99}).equal(), a.bytes == b.bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, ComparisonOf, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Comparison, NamesTheWorstPixel) {
  Samples a(test::video_track("rgb24", 20, 10)), b(a.track);
  b.set(1, 13, 7, 9);
  b.set(2, 3, 2, 8);
  const Difference found = compared(a, b).samples;
  EXPECT_EQ(found.component, "green");
  EXPECT_EQ(found.x, 13u);
  EXPECT_EQ(found.y, 7u);
  EXPECT_EQ(found.differing, 2u);
}

TEST(Comparison, BringsFormatsTogether) {
  Samples rgb(test::video_track("rgb24", 16, 12)), planar(test::video_track("gbrp", 16, 12));
  Samples wide(test::video_track("rgba64le", 16, 12));
  rgb.track.color.matrix = planar.track.color.matrix = 0;
  rgb.fill_with_noise(1);
  rgb.each([&](int c, std::uint32_t x, std::uint32_t y) {
    planar.set(c, x, y, rgb.get(c, x, y));
    wide.set(c, x, y, rgb.get(c, x, y) * 257);
    wide.set(3, x, y, 65535);
  });
  EXPECT_TRUE(compared(rgb, planar).equal());
  EXPECT_TRUE(compared(wide, rgb).equal());
  wide.set(2, 5, 5, wide.get(2, 5, 5) == 0 ? 1 : wide.get(2, 5, 5) - 1);
  EXPECT_FALSE(compared(wide, rgb).equal());
  EXPECT_FALSE(compared(rgb, Samples(test::video_track("rgb24", 12, 16))).same_size);
}

TEST(Comparison, TurnsPicturesUpright) {
  Samples upright(test::video_track("gray", 3, 2)), turned(test::video_track("gray", 2, 3));
  turned.track.orientation = 6;  // a quarter turn to the right
  for (std::uint32_t y = 0; y < 3; ++y) {
    for (std::uint32_t x = 0; x < 2; ++x) {
      turned.set(0, x, y, x + 10 * y);
      upright.set(0, 2 - y, x, x + 10 * y);
    }
  }
  EXPECT_TRUE(compared(upright, turned).equal());
}

TEST(Comparison, IsOfCodesIfColoursMeanOtherLight) {
  Samples a(test::video_track("rgb24", 2, 2)), b(a.track);
  a.fill_with_noise(1);
  b.bytes = a.bytes;
  a.track.color.primaries = 1;
  EXPECT_TRUE(compared(a, b).same_colors);
  b.track.color.primaries = 9;
  EXPECT_TRUE(compared(a, b).equal());
  EXPECT_FALSE(compared(a, b).same_colors);
}

// The definition in doubles, window by window.
double plain_ssim(const std::vector<double>& a, const std::vector<double>& b, int width, int height) {
  const auto mirrored = [](int i, int count) {
    while (i < 0 || i >= count) i = i < 0 ? -1 - i : 2 * count - 1 - i;
    return i;
  };
  const int left = width < 11 ? 0 : 5, top = height < 11 ? 0 : 5;
  double sum = 0;
  int count = 0;
  for (int y = top; y < height - top; ++y) {
    for (int x = left; x < width - left; ++x, ++count) {
      double weights = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
      for (int j = -5; j <= 5; ++j) {
        for (int i = -5; i <= 5; ++i) {
          const double w = std::exp(-(i * i + j * j) / 4.5);
          const auto at = static_cast<std::size_t>(mirrored(y + j, height) * width + mirrored(x + i, width));
          weights += w;
          ma += w * a[at], mb += w * b[at], aa += w * a[at] * a[at], bb += w * b[at] * b[at], ab += w * a[at] * b[at];
        }
      }
      ma /= weights, mb /= weights;
      const double va = aa / weights - ma * ma, vb = bb / weights - mb * mb, cov = ab / weights - ma * mb;
      sum += (2 * ma * mb + 1e-4) * (2 * cov + 9e-4) / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4));
    }
  }
  return sum / count;
}

TEST(Ssim, IsTheDefinition) {
  for (const auto& [width, height] : {std::pair{1, 1}, {4, 7}, {10, 30}, {11, 11}, {40, 9}, {61, 45}}) {
    std::minstd_rand random(static_cast<unsigned>(width));
    std::uniform_real_distribution<float> noise(-0.2f, 0.2f);
    std::vector<float> a, b;
    for (int i = 0; i < width * height; ++i) {
      a.push_back(
          std::clamp(0.9f * static_cast<float>(i % width) / static_cast<float>(width) + noise(random), 0.0f, 1.0f));
      b.push_back(std::clamp(a.back() + noise(random), 0.0f, 1.0f));
    }
    Ssim ssim(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
    for (int y = 0; y < height; ++y)
      ssim.add(&a[static_cast<std::size_t>(y * width)], &b[static_cast<std::size_t>(y * width)]);
    EXPECT_NEAR(ssim.mean(), plain_ssim({a.begin(), a.end()}, {b.begin(), b.end()}, width, height), 1e-5)
        << width << "x" << height;
  }
}

TEST(ComparisonReport, NumbersSeveralPictures) {
  Samples a(test::video_track("gray", 2, 1)), b = a;
  b.set(0, 1, 0, 255);
  ComparisonReport report(false);
  report.add(compared(a, a));
  EXPECT_EQ(report.take_text(), "");
  report.add(compared(a, b));
  const std::string text = report.take_text();
  EXPECT_NE(text.find("0: psnr inf dB, ssim 1.00000, worst 0, 0 of 2 pixels differ\n1: psnr 3.01 dB"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("worst 255 (gray) at 1,0, 1 of 2 pixels differ\n"), std::string::npos) << text;
  EXPECT_NE(report.end().find("all: psnr 6.02 dB"), std::string::npos);
  EXPECT_FALSE(report.equal());
}

TEST(DifferencePicture, MarksWhatDiffers) {
  Samples a(test::video_track("yuv420p", 6, 4)), b = a;
  a.each([&](int c, std::uint32_t x, std::uint32_t y) { a.set(c, x, y, 128), b.set(c, x, y, 128); });
  b.set(0, 4, 3, 200);
  Samples drawn(difference_track(a.track));
  draw_difference({a.track, image_of(a)}, {b.track, image_of(b)}, {}, drawn.strip());
  EXPECT_EQ(drawn.get(0, 4, 3), 255);
  EXPECT_EQ(drawn.get(1, 4, 3), 0);
  EXPECT_GE(drawn.get(1, 3, 3), 192);
}

TEST(Rect, IsReadFromFourNumbers) {
  EXPECT_EQ(parse_rect("--ignore", "1,2,30,40"), (Rect{1, 2, 30, 40}));
  for (const char* text :
       {"", "1,2,3", "1,2,3,0", "-1,2,3,4", "1,2,3,4,5", "1,2,3,4x", "1 ,2,3,4", "1,2,3,99999999999"}) {
    EXPECT_THROW((void)parse_rect("--ignore", text), Error) << text;
  }
  EXPECT_DOUBLE_EQ(parse_tolerance("--fuzz", "2%"), 5.1);
  EXPECT_THROW((void)parse_tolerance("--fuzz", "256"), Error);
  EXPECT_THROW((void)parse_tolerance("--fuzz", "nan"), Error);
}

}  // namespace

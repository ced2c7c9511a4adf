// The quick way over pictures of 8 bits, against the general one.

#include "libcore/pixels/rgba_over.h"

#include <string>

#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

class RgbaOverOn : public testing::TestWithParam<std::string_view> {};

Samples rgba_noise(std::uint32_t width, std::uint32_t height, Alpha alpha) {
  Samples layer(test::video_track("rgba", width, height));
  layer.track.alpha = alpha;
  layer.fill_with_noise(width);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      if (x % 7 == 3) layer.set(3, x, y, 255);
      if (y % 9 == 2 || x % 100 > 80) layer.set(3, x, y, 0);
      for (int c = 0; c < 3 && alpha == Alpha::Premultiplied; ++c) {
        layer.set(c, x, y, std::min(layer.get(c, x, y), layer.get(3, x, y)));
      }
    }
  }
  return layer;
}

TEST_P(RgbaOverOn, GivesWhatTheGeneralWayGives) {
  for (const Alpha alpha : {Alpha::Straight, Alpha::Premultiplied}) {
    const Samples layer = rgba_noise(137, 20, alpha);
    Image image(layer.track, "frame", "a frame");
    image.put(layer.strip());
    Samples below(test::video_track(GetParam(), 161, 33));
    below.fill_with_noise(9);
    ASSERT_TRUE(RgbaOver::takes(layer.track, below.track));
    const RgbaOver quick(layer.track, below.track);
    const Layer general(layer.track, image, below.track);
    for (const auto& [x, y] : {std::pair{0, 0}, {3, 5}, {-30, -7}, {24, 13}, {70, 26}, {-137, 0}, {161, 2}}) {
      for (const float opacity : {1.0F, 0.4F}) {
        const Placement place{x, y, opacity, Operator::Over};
        Samples expected = below;
        Composite(below.track).apply(expected.strip(), general, place);
        for (const unsigned cut : {0U, 2U, 16U}) {
          Samples got = below;
          test::in_strips(got, cut, [&](const Strip& strip) { quick.apply(strip, layer.strip(), place); });
          got.each([&](int c, std::uint32_t px, std::uint32_t py) {
            if (c != 3 && got.has(3) && expected.get(3, px, py) <= 2) return;  // its colour is not seen
            ASSERT_NEAR(got.get(c, px, py), expected.get(c, px, py), 1)
                << "component " << c << " at " << px << ", " << py << ", layer at " << x << ", " << y << ", cut "
                << cut;
          });
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EightBits, RgbaOverOn,
                         testing::Values("yuv420p", "yuv422p", "yuv444p", "yuv440p", "nv12", "rgb24", "rgba"),
                         [](const auto& info) { return std::string(info.param); });

TEST(RgbaOver, LeavesOthersToTheGeneralWay) {
  const Track layer = test::video_track("rgba", 4, 4);
  for (const std::string_view name : {"yuv410p", "yuva420p", "yuyv422", "yuv420p10le", "gray", "rgb48le", "gbrp"}) {
    EXPECT_FALSE(RgbaOver::takes(layer, test::video_track(name, 4, 4))) << name;
  }
  EXPECT_FALSE(RgbaOver::takes(test::video_track("rgb24", 4, 4), test::video_track("yuv420p", 4, 4)));
}

}  // namespace

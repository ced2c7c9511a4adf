// The quick way, against the general one.

#include "libcore/pixels/rgba_over.h"

#include <cstring>
#include <string>

#include "libcore/pixels/rgba_blocks.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

class RgbaOverOn : public testing::TestWithParam<std::string_view> {};

Samples rgba_noise(std::string_view format, std::uint32_t width, std::uint32_t height, Alpha alpha) {
  Samples layer(test::video_track(format, width, height));
  layer.track.alpha = alpha;
  layer.fill_with_noise(width);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      if (x % 7 == 3) layer.set(3, x, y, layer.largest());
      if (y % 9 == 2 || x % 100 > 80) layer.set(3, x, y, 0);
      for (int c = 0; c < 3 && alpha == Alpha::Premultiplied; ++c) {
        layer.set(c, x, y, std::min(layer.get(c, x, y), layer.get(3, x, y)));
      }
    }
  }
  return layer;
}

TEST_P(RgbaOverOn, GivesWhatTheGeneralWayGives) {
  for (const auto& [alpha, format] : {std::pair{Alpha::Straight, "rgba"},
                                      {Alpha::Premultiplied, "rgba"},
                                      {Alpha::Straight, "rgba64le"},
                                      {Alpha::Premultiplied, "rgba64le"}}) {
    const Samples layer = rgba_noise(format, 137, 20, alpha);
    Image image(layer.track, "frame", "a frame");
    image.put(layer.strip());
    Samples below(test::video_track(GetParam(), 161, 33));
    below.fill_with_noise(9);
    const bool is_deep = below.track.pixels->sample == Sample::U16;
    ASSERT_EQ(RgbaOver::takes(layer.track, below.track), is_deep || layer.track.pixels->name == "rgba");
    if (!RgbaOver::takes(layer.track, below.track)) continue;
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

INSTANTIATE_TEST_SUITE_P(Formats, RgbaOverOn,
                         testing::Values("yuv420p", "yuv422p", "yuv444p", "yuv440p", "nv12", "rgb24", "rgba",
                                         "yuv420p10le", "yuv422p10le", "yuv444p16le", "p010le"),
                         [](const auto& info) { return std::string(info.param); });

TEST(RgbaOver, LeavesOthersToTheGeneralWay) {
  const Track layer = test::video_track("rgba", 4, 4);
  for (const std::string_view name : {"yuv410p", "yuva420p", "yuyv422", "gray16le", "gray", "rgb48le", "gbrp"}) {
    EXPECT_FALSE(RgbaOver::takes(layer, test::video_track(name, 4, 4))) << name;
  }
  EXPECT_FALSE(RgbaOver::takes(test::video_track("rgb24", 4, 4), test::video_track("yuv420p", 4, 4)));
}

#if defined(__x86_64__)

TEST(RgbaBlocks, AreTheSameInVectors) {
  using namespace rgba_blocks;
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this CPU has no AVX2";
  Samples noise(test::video_track("rgba", block * 50, 2));
  noise.fill_with_noise(4);
  const auto row = [&](std::uint32_t y) { return noise.strip().planes[0].row<std::uint32_t>(y); };
  const std::array<Weights, 2> weights{{{-8000, -16000, 3000, 8192}, {9000, 16000, 3000, 1024}}};
  for (std::uint32_t x = 0; x < noise.track.width; x += block) {
    for (const std::uint16_t opacity : {65535, 30000, 1}) {
      for (const bool premultiplied : {false, true}) {
        std::array<std::array<Cover, 2>, 2> covers{};
        for (const std::uint32_t y : {0U, 1U}) {
          Plain::split(row(y) + x, premultiplied, opacity, covers[0].at(y));
          Avx2::split(row(y) + x, premultiplied, opacity, covers[1].at(y));
        }
        for (const std::uint32_t columns : {1U, 2U}) {
          std::array<Cover, 2> means{};
          Plain::average(covers[0], 2, columns, means[0]);
          Avx2::average(covers[1], 2, columns, means[1]);
          const std::size_t count = block / columns - 3;
          std::array<std::array<std::uint8_t, 2 * block>, 2> samples;
          for (auto& each : samples) std::memcpy(each.data(), row(1), each.size());
          Plain::mix(samples[0].data(), count, means[0], weights[0]);
          Avx2::mix(samples[1].data(), count, means[1], weights[0]);
          ASSERT_EQ(samples[0], samples[1]);
          Plain::mix_pairs(samples[0].data(), count, means[0], weights[0], weights[1]);
          Avx2::mix_pairs(samples[1].data(), count, means[1], weights[0], weights[1]);
          ASSERT_EQ(samples[0], samples[1]);
          Plain::mix_rgb(samples[0].data(), 2 * block / 3, covers[0][0]);
          Avx2::mix_rgb(samples[1].data(), 2 * block / 3, covers[1][0]);
          ASSERT_EQ(samples[0], samples[1]);
        }
      }
      for (const bool opaque : {false, true}) {
        std::array<std::array<std::uint32_t, block>, 2> pixels;
        for (auto& each : pixels) std::copy_n(row(1) + x, block, each.begin());
        Plain::mix_rgba(pixels[0].data(), row(0) + x, opacity, opaque);
        Avx2::mix_rgba(pixels[1].data(), row(0) + x, opacity, opaque);
        ASSERT_EQ(pixels[0], pixels[1]);
      }
    }
  }
}

#endif

}  // namespace

// Porter and Duff on rows of every format, against the plainest arithmetic.

#include "libcore/pixels/composite.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/pixels/convert.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

Image image_of(const Samples& picture) {
  Image image(picture.track, "frame", "a frame");
  image.put(picture.strip());
  return image;
}

Samples composed(const Samples& below, const Samples& layer, const Placement& place, unsigned cut = 0) {
  Samples result = below;
  const Layer made(layer.track, image_of(layer), below.track);
  const Composite composite(below.track);
  test::in_strips(result, cut, [&](const Strip& strip) { composite.apply(strip, made, place); });
  return result;
}

class CompositeOf : public testing::TestWithParam<std::string_view> {};

// A layer of one colour, so that only alpha varies.
Samples gray_layer(std::uint32_t width, std::uint32_t height, double value) {
  Samples layer(test::video_track("gbrapf32le", width, height));
  layer.track.color.matrix = 0;
  layer.fill_with_noise(3, 0.1, 0.9);
  layer.each([&](int c, std::uint32_t x, std::uint32_t y) {
    if (c != 3) layer.set(c, x, y, value);
  });
  return layer;
}

TEST_P(CompositeOf, OverIsTheMeanByAlpha) {
  for (const auto& [x0, y0] : {std::pair{0, 0}, {3, 5}, {-4, -3}, {17, 9}}) {
    Samples below(test::video_track(GetParam(), 21, 14));
    below.track.color.range = Range::Full;
    below.fill_with_noise(5, 0.3, 0.7);
    if (below.has(3))
      below.each([&](int c, std::uint32_t x, std::uint32_t y) {
        if (c == 3) below.set(c, x, y, below.largest());
      });
    const Samples layer = gray_layer(9, 6, 1);
    const Samples got = composed(below, layer, {x0, y0, 0.5f, Operator::Over});
    const bool yuv = below.track.pixels->model == Model::Yuv;
    below.each([&](int c, std::uint32_t x, std::uint32_t y) {
      double alpha = 0, pixels = 0;
      for (std::uint32_t py = y << below.shift_y(c); py < std::min((y + 1) << below.shift_y(c), 14U); ++py) {
        for (std::uint32_t px = x << below.shift_x(c); px < std::min((x + 1) << below.shift_x(c), 21U);
             ++px, ++pixels) {
          const int lx = static_cast<int>(px) - x0, ly = static_cast<int>(py) - y0;
          if (lx < 0 || ly < 0 || lx >= 9 || ly >= 6) continue;
          alpha += 0.5 * layer.get(3, static_cast<std::uint32_t>(lx), static_cast<std::uint32_t>(ly));
        }
      }
      alpha /= pixels;
      const bool real = below.track.pixels->sample == Sample::F32;
      const double white = yuv && (c == 1 || c == 2) ? (below.largest() + 1) / 2 : below.largest();
      const double expected = c == 3 ? below.get(c, x, y) : below.get(c, x, y) * (1 - alpha) + white * alpha;
      ASSERT_NEAR(got.get(c, x, y), expected, real ? 1e-5 : 0.51 + below.largest() * 1e-6)
          << "component " << c << " at " << x << ", " << y;
    });
    EXPECT_EQ(composed(below, layer, {x0, y0, 0.5f, Operator::Over}, 1).bytes, got.bytes);
  }
}

TEST_P(CompositeOf, NothingOverAPictureChangesNothing) {
  Samples below(test::video_track(GetParam(), 13, 10));
  below.fill_with_noise(6);
  for (const Placement& place : {Placement{2, 2, 0, Operator::Over}, {13, 0, 1, Operator::Over}, {0, -5, 1}}) {
    const Samples got = composed(below, gray_layer(5, 5, 0.5), place);
    below.each([&](int c, std::uint32_t x, std::uint32_t y) {
      ASSERT_NEAR(got.get(c, x, y), below.get(c, x, y), below.track.pixels->sample == Sample::F32 ? 1e-6 : 0);
    });
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, CompositeOf, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Composite, HasThirteenOperators) {
  // Colours and alphas of one pixel: the layer, the picture.
  const double a = 0.5, b = 0.25, ca = 1, cb = 0.5;
  struct Expected {
    Operator op;
    double source, destination;  // shares
  };
  for (const auto& [op, fa, fb] : {Expected{Operator::Clear, 0, 0},
                                   {Operator::Source, 1, 0},
                                   {Operator::Destination, 0, 1},
                                   {Operator::Over, 1, 1 - a},
                                   {Operator::DestinationOver, 1 - b, 1},
                                   {Operator::In, b, 0},
                                   {Operator::DestinationIn, 0, a},
                                   {Operator::Out, 1 - b, 0},
                                   {Operator::DestinationOut, 0, 1 - a},
                                   {Operator::Atop, b, 1 - a},
                                   {Operator::DestinationAtop, 1 - b, a},
                                   {Operator::Xor, 1 - b, 1 - a},
                                   {Operator::Plus, 1, 1}}) {
    Samples layer(test::video_track("rgbaf32le", 1, 1)), below = layer;
    for (int c = 0; c < 3; ++c) layer.set(c, 0, 0, ca), below.set(c, 0, 0, cb);
    layer.set(3, 0, 0, a);
    below.set(3, 0, 0, b);
    const Samples got = composed(below, layer, {0, 0, 1, op});
    const double alpha = a * fa + b * fb;
    EXPECT_NEAR(got.get(3, 0, 0), alpha, 1e-6) << name_of(op, operator_names);
    EXPECT_NEAR(got.get(1, 0, 0), alpha == 0 ? 0 : (a * ca * fa + b * cb * fb) / alpha, 1e-6)
        << name_of(op, operator_names);
  }
}

// The mixed colour of two pixels without alpha, as the W3C has it.
double mixed(Operator mode, double layer, double below) {
  switch (mode) {
    case Operator::Multiply:
      return layer * below;
    case Operator::Screen:
      return layer + below - layer * below;
    case Operator::Overlay:
      return below <= 0.5 ? 2 * layer * below : 1 - 2 * (1 - layer) * (1 - below);
    case Operator::Darken:
      return std::min(layer, below);
    case Operator::Lighten:
      return std::max(layer, below);
    default:
      return std::abs(layer - below);
  }
}

TEST_P(CompositeOf, BlendModesMixTheColours) {
  for (const Operator mode : {Operator::Multiply, Operator::Screen, Operator::Overlay, Operator::Darken,
                              Operator::Lighten, Operator::Difference}) {
    Samples below(test::video_track(GetParam(), 11, 6));
    if (below.track.pixels->model == Model::Yuv) GTEST_SKIP() << "the modes are of RGB and gray";
    below.track.color.range = Range::Full;
    below.fill_with_noise(7);
    const Samples layer = gray_layer(8, 6, 0.6);
    const Samples got = composed(below, layer, {2, 0, 0.75f, mode});
    const bool real = below.track.pixels->sample == Sample::F32;
    below.each([&](int c, std::uint32_t x, std::uint32_t y) {
      if (x < 2 || x >= 10) return;
      const double a = 0.75 * layer.get(3, x - 2, y), b = below.has(3) ? below.get(3, x, y) / below.largest() : 1;
      const double covers = a + b - a * b, under = below.get(c, x, y) / below.largest();
      const double colour = (1 - b) * a * 0.6 + (1 - a) * b * under + a * b * mixed(mode, 0.6, under);
      const double expected = c == 3 ? covers : covers == 0 ? 0 : colour / covers;
      ASSERT_NEAR(got.get(c, x, y), expected * below.largest(), real ? 1e-5 : 0.51 + below.largest() * 1e-5)
          << name_of(mode, operator_names) << ", component " << c << " at " << x << ", " << y;
    });
  }
}

TEST(Composite, RefusesColoursWithOtherPrimaries) {
  Samples layer(test::video_track("rgba", 2, 2)), below = layer;
  layer.track.color.primaries = 9;
  below.track.color.primaries = 1;
  EXPECT_THROW(Layer(layer.track, image_of(layer), below.track), Error);
}

}  // namespace

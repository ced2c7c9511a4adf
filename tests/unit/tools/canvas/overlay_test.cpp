// A layer over frames of every format, against the plainest arithmetic in double; and drawing only what changed.

#include "tools/canvas/overlay.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "tests/unit/libcore/pixels/samples.h"
#include "tools/canvas/canvas.h"
#include "tools/canvas/paths.h"

namespace {

using namespace sl;
using namespace sl::drawing;
using sl::test::Samples;

constexpr std::uint32_t width = 45, height = 33;

Paint paint_of(const Rgba& color) {
  Paint paint;
  paint.color = color;
  return paint;
}

Path circle(double x, double y, double radius) {
  Path path;
  PathBuilder(path).oval({x - radius, y - radius, x + radius, y + radius});
  return path;
}

// Draws two half transparent things, one of them at `x`.
void record(Canvas& canvas, double x) {
  canvas.begin();
  canvas.draw(circle(12, 12, 9.3), paint_of({1, 0.2F, 0, 0.8F}));
  canvas.draw(circle(x, 20, 7), paint_of({0, 0.4F, 1, 0.6F}));
  Path bar;
  PathBuilder(bar).rect({3, 29, 40, 32});
  canvas.draw(bar, paint_of({1, 1, 1, 1}));
}

class OverlayOn : public testing::TestWithParam<std::string_view> {};

TEST_P(OverlayOn, IsTheMeanByAlpha) {
  Texts texts(false);
  const std::vector<Surface> none;
  for (const Range range : {Range::Full, Range::Limited}) {
    Samples below(test::video_track(GetParam(), width, height));
    below.track.color.range = range;
    if (below.track.pixels->model == Model::Rgb && range == Range::Limited) continue;
    if (below.has(3)) below.track.alpha = Alpha::Premultiplied;
    below.fill_with_noise(5, 0.2, 0.8);
    Canvas canvas(texts, {width, height});
    drawing::Layer layer({width, height}, texts, none);
    const auto overlay = make_overlay(below.track);
    for (const double x : {15.0, 33.5}) {
      record(canvas, x);
      overlay->update(layer, layer.update(canvas.commands()));
    }
    const convert::Space space = convert::decide(below.track, below.track).from;
    Track rgb = test::video_track("rgbf32le", width, height);
    rgb.color.range = Range::Full;
    rgb.color.matrix = 0;
    const Affine codes = convert::code_matrix(*rgb.pixels, convert::decide(rgb, rgb).from, *below.track.pixels, space);
    for (const unsigned cut : {0U, 1U, height}) {
      Samples got = below;
      test::in_strips(got, cut, [&](const Strip& strip) { overlay->blend(strip); });
      below.each([&](int c, std::uint32_t sx, std::uint32_t sy) {
        double sum[4] = {}, pixels = 0;
        for (std::uint32_t y = sy << below.shift_y(c); y < std::min((sy + 1) << below.shift_y(c), height); ++y) {
          for (std::uint32_t px = sx << below.shift_x(c); px < std::min((sx + 1) << below.shift_x(c), width); ++px) {
            const std::uint32_t pixel = layer.row(y)[px];
            for (int i = 0; i < 4; ++i) sum[i] += (pixel >> (i == 3 ? 24 : 16 - 8 * i) & 255) / 255.0;
            ++pixels;
          }
        }
        const auto& f = codes.factor[static_cast<std::size_t>(c == 3 ? 0 : c)];
        const double alpha = sum[3] / pixels;
        const double own = c == 3 ? alpha * below.largest()
                                  : (f[0] * sum[0] + f[1] * sum[1] + f[2] * sum[2]) / pixels +
                                        codes.offset[static_cast<std::size_t>(c)] * alpha;
        const double expected = below.get(c, sx, sy) * (1 - alpha) + own;
        const double near = below.track.pixels->sample == Sample::F32 ? 1e-5 : 1.01 + below.largest() * 2e-5;
        ASSERT_NEAR(got.get(c, sx, sy), expected, near) << "component " << c << " at " << sx << ", " << sy;
      });
    }
  }
}

TEST_P(OverlayOn, NothingDrawnChangesNothing) {
  Texts texts(false);
  const std::vector<Surface> none;
  Samples below(test::video_track(GetParam(), width, height));
  below.fill_with_noise(6);
  Canvas canvas(texts, {width, height});
  drawing::Layer layer({width, height}, texts, none);
  const auto overlay = make_overlay(below.track);
  record(canvas, 20);
  overlay->update(layer, layer.update(canvas.commands()));
  canvas.begin();
  overlay->update(layer, layer.update(canvas.commands()));
  Samples got = below;
  overlay->blend(got.strip());
  EXPECT_EQ(got.bytes, below.bytes);
}

INSTANTIATE_TEST_SUITE_P(Formats, OverlayOn, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Overlay, WhiteIs203NitsInHdr) {
  Texts texts(false);
  const std::vector<Surface> none;
  Track track = test::video_track("yuv420p10le", 16, 16);
  track.color = {.primaries = 9, .transfer = 16, .matrix = 9, .range = Range::Limited, .chroma = Chroma::Left};
  Samples below(track);
  below.fill_with_noise(1, 0.1, 0.2);
  Canvas canvas(texts, {16, 16});
  drawing::Layer layer({16, 16}, texts, none);
  const auto overlay = make_overlay(track);
  canvas.draw(Everything{}, paint_of({1, 1, 1, 1}));
  overlay->update(layer, layer.update(canvas.commands()));
  overlay->blend(below.strip());
  // SMPTE ST 2084: 203 cd/m2 is 0.5807 of its range (ITU-R BT.2408).
  below.each([&](int c, std::uint32_t x, std::uint32_t y) {
    ASSERT_NEAR(below.get(c, x, y), c == 0 ? 64 + 0.5807 * 876 : 512, 1.01);
  });
}

TEST(Layer, WhatChangedIsDrawnAsIfAllWere) {
  Texts texts(false);
  const std::vector<Surface> none;
  drawing::Layer layer({width, height}, texts, none);
  Canvas canvas(texts, {width, height});
  for (int frame = 0; frame < 30; ++frame) {
    drawing::Layer whole({width, height}, texts, none);
    for (drawing::Layer* each : {&layer, &whole}) {
      record(canvas, 5 + frame * 1.3);
      if (frame % 3 == 0) canvas.draw(circle(frame, 8, 4), paint_of({0, 1, 0, 0.5F}));
      if (frame % 4 != 0) {
        canvas.save();
        canvas.clip(circle(20, 16, 14.4), true);
        canvas.save_layer(paint_of({0, 0, 0, 0.5F}));
        canvas.draw(circle(10 + frame, 16, 9), paint_of({1, 0, 1, 1}));
        Paint sweep = paint_of({0, 0, 0, 1});
        sweep.gradient = Gradient{.kind = GradientKind::Sweep,
                                  .from = {22, 16},
                                  .to = {},
                                  .colors = {{1, 0, 0, 1}, {0, 0, 1, 1}},
                                  .places = {0, 1}};
        canvas.draw(circle(22, 16, 5), sweep);
        canvas.restore();
        canvas.restore();
      }
      each->update(canvas.commands());
    }
    for (std::uint32_t y = 0; y < height; ++y) {
      for (std::uint32_t x = 0; x < width; ++x) {
        // Cairo rounds coverage by the part of a shape that it clips.
        for (const int shift : {0, 8, 16, 24}) {
          ASSERT_NEAR(layer.row(y)[x] >> shift & 255, whole.row(y)[x] >> shift & 255, 2)
              << frame << ": " << x << ", " << y;
        }
        if ((whole.row(y)[x] >> 24) == 0) continue;
        ASSERT_TRUE(std::ranges::any_of(
            layer.covered(),
            [&](const Box& box) { return x >= box.left && x < box.right && y >= box.top && y < box.bottom; }))
            << frame << ": " << x << ", " << y;
      }
    }
  }
}

TEST(Layer, OnlyTheDifferenceChanges) {
  Texts texts(false);
  const std::vector<Surface> none;
  drawing::Layer layer({width, height}, texts, none);
  Canvas canvas(texts, {width, height});
  record(canvas, 20);
  EXPECT_FALSE(layer.update(canvas.commands()).empty());
  record(canvas, 20);
  EXPECT_TRUE(layer.update(canvas.commands()).empty());
  record(canvas, 21);
  const auto& changed = layer.update(canvas.commands());
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_GE(changed[0].top, 8U);
  EXPECT_LE(changed[0].bottom, 32U);
}

TEST(Canvas, TooManyCommandsAreRefused) {
  Texts texts(false);
  Canvas canvas(texts, {width, height});
  const auto draw = [&] {
    for (int i = 0; i <= 100'000; ++i) canvas.draw(Everything{}, {});
  };
  EXPECT_THROW(draw(), Error);
}

}  // namespace

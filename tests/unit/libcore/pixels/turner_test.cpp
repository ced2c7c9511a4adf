// Turning frames upright: by definition, as a group, and with the chroma that formats can name.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/media/frame.h"
#include "libcore/pixels/turner.h"
#include "tests/unit/libcore/pixels/convert_frames.h"

namespace {

using namespace convert_frames;
using sl::Chroma;
using sl::Fields;
using sl::Range;

sl::Track track(std::string_view format, unsigned width, unsigned height, int orientation) {
  sl::Track t;
  t.pixels = &sl::pixel_format(format);
  t.width = width;
  t.height = height;
  t.orientation = orientation;
  t.color.range = Range::Full;
  t.color.chroma = Chroma::Center;
  return t;
}

Bytes upright(const sl::TurnPlan& plan, Bytes frame, unsigned cut = 0) {
  sl::Turner turner(plan);
  const sl::Strip whole = view(plan.before, frame);
  Cutter cutter(plan.before, cut, 1);
  Bytes result;
  unsigned emitted = 0;
  const bool by_strips = !plan.turn.swap && !plan.turn.mirror_y;
  for (unsigned y = 0; y < plan.before.height;) {
    const unsigned rows = cutter.next();
    turner.push(sl::part_of(whole, y, rows), [&](const sl::Strip& turned) {
      EXPECT_EQ(turned.rows, by_strips ? rows : plan.after.height);
      EXPECT_EQ(turned.first, emitted);
      emitted += turned.rows;
      EXPECT_EQ(turned.last, emitted == plan.after.height);
      result.resize(sl::strip_bytes(*plan.after.pixels, plan.after.width, plan.after.height));
      copy_rows(turned, sl::part_of(view(plan.after, result), turned.first, turned.rows));
    });
    y += rows;
  }
  EXPECT_FALSE(result.empty());
  return result;
}

// The place at which EXIF shows a stored pixel.
std::pair<unsigned, unsigned> shown_at(int orientation, unsigned x, unsigned y, unsigned width, unsigned height) {
  const unsigned right = width - 1 - x, below = height - 1 - y;
  switch (orientation) {
    case 2:
      return {right, y};
    case 3:
      return {right, below};
    case 4:
      return {x, below};
    case 5:
      return {y, x};
    case 6:
      return {below, x};
    case 7:
      return {below, right};
    case 8:
      return {y, right};
    default:
      return {x, y};
  }
}

TEST(Upright, EveryPixelGoesWhereExifSays) {
  const Bytes shown{1, 2, 3, 4, 5, 6};  // 1 2 3 / 4 5 6
  EXPECT_EQ(upright(sl::plan_upright(track("gray", 3, 2, 6)), shown), (Bytes{4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(upright(sl::plan_upright(track("gray", 3, 2, 8)), shown), (Bytes{3, 6, 2, 5, 1, 4}));
  for (const char* name : {"gray", "ya8", "rgb24", "rgba", "rgb48le", "rgba64le", "rgbf32le", "rgbaf32le", "gbrp",
                           "yuv444p", "yuva444p10le", "grayf32le"}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      for (const auto& [width, height] : {std::pair{1U, 1U}, {5U, 3U}, {17U, 70U}, {33U, 9U}}) {
        const sl::TurnPlan plan = sl::plan_upright(track(name, width, height, orientation));
        ASSERT_EQ(plan.before.pixels, plan.after.pixels);
        ASSERT_EQ(plan.after.width, orientation >= 5 ? height : width);
        Bytes frame = noise(sl::strip_bytes(*plan.before.pixels, width, height), width + height);
        Bytes turned = upright(plan, frame);
        const sl::Strip from = view(plan.before, frame), to = view(plan.after, turned);
        for (int p = 0; p < plan.before.pixels->planes; ++p) {
          const auto plane = static_cast<std::size_t>(p);
          const std::size_t pixel = sl::row_bytes(*plan.before.pixels, p, 1);
          for (unsigned y = 0; y < height; ++y) {
            for (unsigned x = 0; x < width; ++x) {
              const auto [sx, sy] = shown_at(orientation, x, y, width, height);
              ASSERT_EQ(std::memcmp(from.planes[plane].row<std::byte>(y) + x * pixel,
                                    to.planes[plane].row<std::byte>(sy) + sx * pixel, pixel),
                        0)
                  << name << " " << orientation << " at " << x << "," << y;
            }
          }
        }
        ASSERT_EQ(upright(plan, frame, 1), turned);
        ASSERT_EQ(upright(plan, frame, 1000), turned);
      }
    }
  }
}

// Turned and turned back is nothing, planes with less chroma included.
TEST(Upright, TurnsAndTheirInversesAreNothing) {
  constexpr int inverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
  for (const char* name :
       {"rgb24", "yuv420p", "yuv422p", "yuv440p", "yuv422p10le", "yuv440p12le", "yuv410p", "yuva420p16le"}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const sl::TurnPlan there = sl::plan_upright(track(name, 24, 8, orientation));
      ASSERT_EQ(there.before.pixels->name, name);
      sl::Track turned = there.after;
      turned.orientation = inverse[orientation];
      const sl::TurnPlan back = sl::plan_upright(turned);
      ASSERT_EQ(back.after.pixels->name, name) << orientation;
      const Bytes frame = noise(sl::strip_bytes(*there.before.pixels, 24, 8), 5);
      EXPECT_EQ(upright(back, upright(there, frame)), frame) << name << " " << orientation;
    }
  }
}

TEST(Upright, ThreeQuarterTurnsAreOneBack) {
  sl::Track t = track("yuv420p", 6, 4, 6);
  Bytes frame = noise(sl::strip_bytes(*t.pixels, 6, 4), 1);
  const Bytes once_back = upright(sl::plan_upright(track("yuv420p", 6, 4, 8)), frame);
  for (int i = 0; i < 3; ++i) {
    const sl::TurnPlan plan = sl::plan_upright(t);
    frame = upright(plan, frame);
    t = plan.after;
    t.orientation = 6;
  }
  EXPECT_EQ(frame, once_back);
}

TEST(Upright, ChromaKeepsItsSubsamplingWhereAFormatCanNameIt) {
  struct Case {
    const char* format;
    unsigned width, height;
    int orientation;
    Chroma chroma;
    const char* before;
    const char* after;
    Chroma after_chroma;
  };
  const Case cases[] = {
      {"yuv420p", 4, 4, 6, Chroma::Center, "yuv420p", "yuv420p", Chroma::Center},
      {"yuv420p", 5, 4, 6, Chroma::Center, "yuv420p", "yuv420p", Chroma::Center},  // columns are not mirrored
      {"yuv420p", 4, 5, 6, Chroma::Center, "yuv444p", "yuv444p", Chroma::Center},
      {"yuv420p", 5, 4, 8, Chroma::Center, "yuv444p", "yuv444p", Chroma::Center},
      {"yuv420p", 5, 5, 5, Chroma::Center, "yuv420p", "yuv420p", Chroma::Center},
      {"yuv420p", 4, 4, 2, Chroma::Left, "yuv444p", "yuv444p", Chroma::Left},
      {"yuv420p", 4, 4, 4, Chroma::Left, "yuv420p", "yuv420p", Chroma::Left},
      {"yuv420p", 4, 4, 5, Chroma::Left, "yuv444p", "yuv444p", Chroma::Left},
      {"yuv420p", 4, 4, 5, Chroma::TopLeft, "yuv420p", "yuv420p", Chroma::TopLeft},
      {"yuv422p", 4, 3, 6, Chroma::Center, "yuv422p", "yuv440p", Chroma::Center},
      {"yuv422p", 4, 3, 6, Chroma::Left, "yuv422p", "yuv440p", Chroma::TopLeft},
      {"yuv440p", 3, 4, 8, Chroma::TopLeft, "yuv440p", "yuv422p", Chroma::Left},
      {"yuv422p10le", 4, 4, 6, Chroma::Center, "yuv422p10le", "yuv440p10le", Chroma::Center},
      {"yuv422p16le", 4, 4, 6, Chroma::Center, "yuv444p16le", "yuv444p16le", Chroma::Center},
      {"yuva422p", 4, 4, 6, Chroma::Center, "yuva444p", "yuva444p", Chroma::Center},
      {"yuv411p", 8, 4, 6, Chroma::Center, "yuv444p", "yuv444p", Chroma::Center},
      {"yuv411p", 8, 4, 3, Chroma::Center, "yuv411p", "yuv411p", Chroma::Center},
      {"nv12", 4, 4, 3, Chroma::Center, "yuv420p", "yuv420p", Chroma::Center},
      {"p010le", 4, 4, 6, Chroma::Center, "yuv420p10le", "yuv420p10le", Chroma::Center},
      {"yuyv422", 4, 4, 6, Chroma::Center, "yuv422p", "yuv440p", Chroma::Center},
      {"uyvy422", 5, 4, 1, Chroma::Center, "uyvy422", "uyvy422", Chroma::Center},
  };
  for (const Case& c : cases) {
    sl::Track t = track(c.format, c.width, c.height, c.orientation);
    t.color.chroma = c.chroma;
    const sl::TurnPlan plan = sl::plan_upright(t);
    EXPECT_EQ(plan.before.pixels->name, c.before) << c.format << " " << c.orientation;
    EXPECT_EQ(plan.after.pixels->name, c.after) << c.format << " " << c.orientation;
    EXPECT_EQ(plan.after.color.chroma, c.after_chroma) << c.format << " " << c.orientation;
    EXPECT_EQ(plan.after.orientation, 1);
  }
}

// Turning planes and then making RGB of them is making RGB and then turning that.
TEST(Upright, ChromaStaysWithItsPixels) {
  for (const char* name : {"yuv420p", "yuv422p", "yuv440p", "nv12"}) {
    for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
      for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const auto& [width, height] : {std::pair{8U, 12U}, {7U, 8U}, {8U, 7U}, {5U, 5U}}) {
          sl::Track t = track(name, width, height, orientation);
          t.color.matrix = 1;
          t.color.chroma = chroma;
          const sl::TurnPlan plan = sl::plan_upright(t);
          sl::Track rgb = track("rgb24", width, height, orientation), shown = plan.after;
          rgb.color.matrix = 0;
          shown.pixels = rgb.pixels;
          const Bytes frame = noise(sl::strip_bytes(*t.pixels, width, height), 7);
          const Bytes expected = upright(sl::plan_upright(rgb), convert(t, rgb, frame));
          const Bytes turned = convert(plan.after, shown, upright(plan, convert(t, plan.before, frame)));
          for (std::size_t i = 0; i < turned.size(); ++i) {
            ASSERT_NEAR(turned[i], expected[i], 2)
                << name << int(chroma) << orientation << " " << width << "x" << height;
          }
        }
      }
    }
  }
}

TEST(Upright, OtherPropertiesTurnToo) {
  sl::Track t = track("rgb24", 6, 4, 6);
  t.sample_aspect = {4, 3};
  t.fields = Fields::Top;
  EXPECT_EQ(sl::plan_upright(t).after.sample_aspect, (sl::Rational{3, 4}));
  EXPECT_EQ(sl::plan_upright(t).after.fields, Fields::Unknown);
  t.orientation = 4;
  EXPECT_EQ(sl::plan_upright(t).after.fields, Fields::Bottom);
  EXPECT_EQ(sl::plan_upright(t).after.sample_aspect, (sl::Rational{4, 3}));
  t.orientation = 9;
  EXPECT_EQ(sl::plan_upright(t).after.orientation, 1);
  EXPECT_EQ(sl::plan_upright(t).after.width, 6U);
}

TEST(Upright, ReportsDamageAndTooLargeFrames) {
  const sl::TurnPlan plan = sl::plan_upright(track("gray", 2, 2, 6));
  sl::Turner turner(plan);
  Bytes frame(4);
  sl::Strip strip = view(plan.before, frame);
  strip.damaged = true;
  turner.push(strip, [](const sl::Strip& turned) { EXPECT_TRUE(turned.damaged); });
  strip.damaged = false;
  turner.push(strip, [](const sl::Strip& turned) { EXPECT_FALSE(turned.damaged); });
  const auto large = sl::plan_upright(track("rgba", 1U << 30, 1U << 30, 6));
  EXPECT_THROW(sl::Turner{large}, sl::Error);
}

}  // namespace

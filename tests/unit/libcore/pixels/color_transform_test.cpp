// Colors in another space, against Little CMS in floats and against the formulas.

#include "libcore/pixels/color_transform.h"

#include <gtest/gtest.h>

#include <lcms2.h>

#include <cmath>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/pixels/icc.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using sl::ColorSpace;
using sl::ColorTransform;
using sl::test::Samples;

const ColorSpace srgb{1, 13, {}}, p3{12, 13, {}}, rec2020{9, 14, {}}, pq{9, 16, {}}, hlg{9, 18, {}}, linear{1, 8, {}};

sl::Track track_of(std::string_view pixels, std::uint32_t width, std::uint32_t height) {
  sl::Track track;
  track.pixels = &sl::pixel_format(pixels);
  track.width = width;
  track.height = height;
  track.color.range = sl::Range::Full;
  track.color.matrix = track.pixels->model == sl::Model::Rgb ? 0 : 6;
  track.alpha = track.pixels->alpha ? sl::Alpha::Straight : sl::Alpha::None;
  return track;
}

ColorSpace profile_of(const ColorSpace& space, bool gray = false) {
  const sl::Primaries& primaries = sl::primaries_of(space.primaries);
  return {2, 2, sl::make_icc({primaries.chromaticities, primaries.number, space.transfer, 0, gray})};
}

Samples transformed(const Samples& from, const ColorSpace& a, const sl::Track& to, const ColorSpace& b, int threads = 1,
                    std::uint32_t rows = 16) {
  ColorTransform::Settings settings;
  settings.threads = threads;
  ColorTransform step(from.track, a, to, b, settings);
  Samples result(to);
  const auto put = [&](const sl::Strip& strip) {
    sl::Strip place = part_of(result.strip(), strip.first, strip.rows);
    copy_rows(strip, place);
  };
  Samples copy = from;
  for (std::uint32_t y = 0; y < from.track.height; y += rows) {
    const std::uint32_t count = std::min(rows, from.track.height - y);
    sl::Strip strip = part_of(copy.strip(), y, count);
    strip.last = y + count == from.track.height;
    step.push(strip, put);
  }
  step.flush(put);
  return result;
}

// All colors of a grid of 33 codes a side, in floats by Little CMS.
TEST(ColorTransform, BytesAreWithinACodeOfLittleCms) {
  Samples from(track_of("rgb24", 33, 33 * 33));
  const auto code = [](std::uint32_t i) { return std::min(255.0, i * 8.0); };
  for (std::uint32_t y = 0; y < 33 * 33; ++y) {
    for (std::uint32_t x = 0; x < 33; ++x) {
      from.set(0, x, y, code(x));
      from.set(1, x, y, code(y % 33));
      from.set(2, x, y, code(y / 33));
    }
  }
  for (const auto& [a, b] : {std::pair{p3, srgb}, {srgb, p3}, {rec2020, srgb}, {linear, srgb}, {srgb, linear}}) {
    const ColorSpace profile_a = profile_of(a), profile_b = profile_of(b);
    const auto open = [](const ColorSpace& space) {
      return cmsOpenProfileFromMem(space.profile.data(), static_cast<cmsUInt32Number>(space.profile.size()));
    };
    cmsHPROFILE one = open(profile_a), two = open(profile_b);
    cmsHTRANSFORM exact = cmsCreateTransform(one, TYPE_RGB_FLT, two, TYPE_RGB_FLT, INTENT_RELATIVE_COLORIMETRIC,
                                             cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE);
    for (const bool by_profile : {false, true}) {
      const Samples made =
          by_profile ? transformed(from, profile_a, from.track, profile_b) : transformed(from, a, from.track, b);
      double worst = 0;
      for (std::uint32_t y = 0; y < 33 * 33; ++y) {
        for (std::uint32_t x = 0; x < 33; ++x) {
          float in[3], out[3];
          for (int c = 0; c < 3; ++c) in[c] = static_cast<float>(from.get(c, x, y) / 255);
          cmsDoTransform(exact, in, out, 1);
          for (int c = 0; c < 3; ++c) {
            worst = std::max(worst, std::abs(std::clamp(out[c], 0.0f, 1.0f) * 255 - made.get(c, x, y)));
          }
        }
      }
      EXPECT_LT(worst, 0.75) << a.primaries << "/" << a.transfer << " to " << b.primaries << "/" << b.transfer;
    }
    cmsDeleteTransform(exact);
    cmsCloseProfile(one);
    cmsCloseProfile(two);
  }
}

TEST(ColorTransform, SixteenBitsAndFloatsAreExact) {
  for (const char* format : {"rgb48le", "rgbf32le", "gbrp16le", "rgba64le"}) {
    Samples from(track_of(format, 61, 7));
    from.fill_with_noise(1);
    const Samples there = transformed(from, srgb, from.track, rec2020);
    const Samples back = transformed(there, rec2020, from.track, srgb);
    double worst = 0;
    from.each([&](int c, std::uint32_t x, std::uint32_t y) {
      worst = std::max(worst, std::abs(from.get(c, x, y) - back.get(c, x, y)) / from.largest());
    });
    // Integers are rounded twice, and dark ones lie far apart in light.
    EXPECT_LT(worst, from.largest() > 1 ? 3e-4 : 1e-5) << format;
  }
}

TEST(ColorTransform, EveryFormatAnyStripsAndThreads) {
  for (const sl::PixelFormat& format : sl::pixel_formats()) {
    Samples from(track_of(format.name, 61, 35));
    from.fill_with_noise(7, 0.2, 0.8);
    const Samples whole = transformed(from, p3, from.track, srgb, 1, 36);
    for (const auto& [threads, rows] : {std::pair{1, 4U}, {3, 4U}, {2, 16U}}) {
      EXPECT_EQ(transformed(from, p3, from.track, srgb, threads, rows).bytes, whole.bytes) << format.name;
    }
  }
  const Samples one(track_of("rgb24", 1, 1));
  EXPECT_EQ(transformed(one, p3, one.track, srgb).bytes, one.bytes);
}

// White in SDR is 203 cd/m2 in PQ, which has code 0.5807, and 0.75 in HLG (ITU-R BT.2408, table 1).
TEST(ColorTransform, WhiteInHdr) {
  Samples white(track_of("rgbf32le", 1, 1));
  for (int c = 0; c < 3; ++c) white.set(c, 0, 0, 1);
  EXPECT_NEAR(transformed(white, srgb, white.track, pq).get(0, 0, 0), 0.5807, 1e-3);
  EXPECT_NEAR(transformed(white, srgb, white.track, hlg).get(1, 0, 0), 0.75, 2e-3);
  const Samples code = transformed(white, srgb, white.track, hlg);
  EXPECT_NEAR(transformed(code, hlg, white.track, srgb).get(2, 0, 0), 1, 1e-4);
}

TEST(ColorTransform, GrayIsLuminance) {
  Samples from(track_of("rgbf32le", 1, 1));
  from.set(0, 0, 0, 1);
  const Samples gray = transformed(from, linear, track_of("grayf32le", 1, 1), linear);
  EXPECT_NEAR(gray.get(0, 0, 0), 0.2225, 1e-3);  // the luminance of red, adapted to D50
  const Samples color = transformed(gray, linear, from.track, srgb);
  EXPECT_NEAR(color.get(0, 0, 0), 1.055 * std::pow(0.2225, 1 / 2.4) - 0.055, 1e-3);
  EXPECT_EQ(color.get(0, 0, 0), color.get(2, 0, 0));
}

TEST(ColorTransform, NeededWhereCodesDiffer) {
  EXPECT_FALSE(ColorTransform::needed(srgb, ColorSpace{}, false, sl::Intent::Relative));
  EXPECT_FALSE(ColorTransform::needed(profile_of(srgb), srgb, false, sl::Intent::Relative));
  EXPECT_FALSE(ColorTransform::needed(ColorSpace{1, 1, {}}, srgb, false, sl::Intent::Relative));
  EXPECT_TRUE(ColorTransform::needed(profile_of(p3), srgb, false, sl::Intent::Relative));
  EXPECT_TRUE(ColorTransform::needed(linear, srgb, true, sl::Intent::Relative));
}

TEST(ColorTransform, RefusesWhatHasNoColors) {
  const Samples one(track_of("rgb24", 1, 1));
  const auto fails = [&](const ColorSpace& from) {
    EXPECT_THROW((void)transformed(one, from, one.track, srgb), sl::Error);
  };
  fails({2, 2, "no profile"});
  fails({3, 13, {}});
  fails({1, 9, {}});
}

}  // namespace

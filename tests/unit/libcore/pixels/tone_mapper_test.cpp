// Tone mapping against the formulas of BT.2390, ST 2084 and BT.2100, written out once more in doubles.

#include "libcore/pixels/tone_mapper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "libcore/pixels/convert_image.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using sl::test::Samples;
using Rgb = std::array<double, 3>;
constexpr double m1 = 0.1593017578125, m2 = 78.84375, c1 = 0.8359375, c2 = 18.8515625, c3 = 18.6875;

double pq_code(double nits) {
  const double y = std::pow(nits / 10000, m1);
  return std::pow((c1 + c2 * y) / (1 + c3 * y), m2);
}
double pq_nits(double code) {
  const double e = std::pow(code, 1 / m2);
  return 10000 * std::pow(std::max(e - c1, 0.0) / (c2 - c3 * e), 1 / m1);
}

// BT.2390-10, 5.4.1, with a black of 0.
double eetf(double nits, double peak, double target) {
  if (target >= peak) return std::min(nits, peak);
  const double e1 = pq_code(std::min(nits, peak)) / pq_code(peak), top = pq_code(target) / pq_code(peak);
  const double ks = 1.5 * top - 0.5;
  if (e1 < ks) return nits;
  const double t = (e1 - ks) / (1 - ks);
  const double e2 = (2 * std::pow(t, 3) - 3 * t * t + 1) * ks + (std::pow(t, 3) - 2 * t * t + t) * (1 - ks) +
                    (-2 * std::pow(t, 3) + 3 * t * t) * top;
  return pq_nits(e2 * pq_code(peak));
}

double hlg_scene(double code) {
  return code <= 0.5 ? code * code / 3 : (std::exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}

Rgb nits_of(const Rgb& code, int transfer) {
  Rgb nits{};
  if (transfer == 18) {
    const Rgb scene{hlg_scene(code[0]), hlg_scene(code[1]), hlg_scene(code[2])};
    const double y = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
    for (std::size_t i = 0; i < 3; ++i) nits[i] = y > 0 ? 1000 * std::pow(y, 0.2) * scene[i] : 0;
  } else {
    for (std::size_t i = 0; i < 3; ++i) nits[i] = transfer == 16 ? pq_nits(code[i]) : code[i] * 203;
  }
  return nits;
}

// Codes of 8 bits in sRGB. The matrix from BT.2020 is that of BT.2087.
Rgb expected(const Rgb& code, int transfer, int primaries, double peak) {
  Rgb light = nits_of(code, transfer);
  const double most = std::max({light[0], light[1], light[2]});
  const double factor = most > 0 ? eetf(most, peak, 203) / most / 203 : 0;
  for (double& value : light) value *= factor;
  constexpr double to709[3][3] = {
      {1.660491, -0.587641, -0.072850}, {-0.124550, 1.132900, -0.008349}, {-0.018151, -0.100579, 1.118730}};
  Rgb result{};
  for (std::size_t i = 0; i < 3; ++i) {
    double value = light[i];
    if (primaries == 9) value = to709[i][0] * light[0] + to709[i][1] * light[1] + to709[i][2] * light[2];
    value = std::clamp(value, 0.0, 1.0);
    result[i] = 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055);
  }
  return result;
}

sl::Track hdr_track(std::string_view pixels, int primaries, int transfer, std::uint32_t width, std::uint32_t height) {
  sl::Track track = sl::test::video_track(pixels, width, height);
  track.color = {primaries, transfer, track.pixels->model == sl::Model::Rgb ? 0 : 2, sl::Range::Full};
  return track;
}

// The picture mapped, as floats in planes, and the peak that was used.
std::pair<Samples, sl::PeakLight> mapped(const Samples& from, unsigned cut) {
  sl::PeakLight used;
  sl::ToneMapper mapper(from.track, [&](const sl::PeakLight& peak) { used = peak; });
  Samples made(mapper.track());
  Samples copy = from;
  sl::test::in_strips(copy, cut, [&](const sl::Strip& strip) {
    mapper.push(strip, [&](const sl::Strip& rows) { sl::test::put(made, rows); });
  });
  return {made, used};
}

struct Case {
  const char* pixels;
  int primaries, transfer;
  const char* rest;
  double peak;  // 0: the brightest component
};

class ToneMapping : public testing::TestWithParam<Case> {};

TEST_P(ToneMapping, IsWithinACodeOfTheFormula) {
  const Case& c = GetParam();
  sl::Track track = hdr_track(c.pixels, c.primaries, c.transfer, 61, 43);
  track.rest = c.rest;
  Samples from(track);
  from.fill_with_noise(3);
  const bool floats = track.pixels->sample == sl::Sample::F32;
  if (floats) {  // up to twenty times the white of paper, most of it dark
    from.each([&](int component, std::uint32_t x, std::uint32_t y) {
      if (component < 3) from.set(component, x, y, std::pow(from.get(component, x, y), 4) * 20);
    });
  }
  const auto [made, peak] = mapped(from, 16);
  double brightest = 0;
  const auto code = [&](std::uint32_t x, std::uint32_t y) {
    Rgb rgb{};
    for (int i = 0; i < 3; ++i) rgb[static_cast<std::size_t>(i)] = from.get(from.has(i) ? i : 0, x, y) / from.largest();
    return rgb;
  };
  for (std::uint32_t y = 0; y < 43; ++y) {
    for (std::uint32_t x = 0; x < 61; ++x)
      brightest = std::max(brightest, std::ranges::max(nits_of(code(x, y), c.transfer)));
  }
  const double wanted_peak = c.peak != 0 ? c.peak : std::min(brightest, 10000.0);
  EXPECT_NEAR(peak.light, wanted_peak, wanted_peak * 1e-4);
  double worst = 0;
  for (std::uint32_t y = 0; y < 43; ++y) {
    for (std::uint32_t x = 0; x < 61; ++x) {
      const Rgb wanted = expected(code(x, y), c.transfer, c.primaries, wanted_peak);
      for (int i = 0; i < 3; ++i) {
        if (!made.has(i)) continue;
        const double code = std::floor(made.get(i, x, y) * 255 + 0.5);
        worst = std::max(worst, std::abs(code - std::floor(wanted[static_cast<std::size_t>(i)] + 0.5)));
      }
      if (made.has(3)) {
        EXPECT_NEAR(made.get(3, x, y), from.get(3, x, y) / from.largest(), 1e-6);
      }
    }
  }
  EXPECT_LE(worst, 1);
  EXPECT_EQ(made.track.color.transfer, 13);
  EXPECT_EQ(made.track.color.primaries, 1);
  EXPECT_EQ(made.track.rest.find("hdr"), std::string::npos);
}

TEST_P(ToneMapping, DoesNotDependOnStrips) {
  const Case& c = GetParam();
  sl::Track track = hdr_track(c.pixels, c.primaries, c.transfer, 33, 47);
  track.rest = c.rest;
  Samples from(track);
  from.fill_with_noise(5);
  const Samples whole = mapped(from, 47).first;
  for (const unsigned cut : {1U, 3U, 0U}) EXPECT_EQ(mapped(from, cut).first.bytes, whole.bytes) << cut;
}

constexpr const char* light_levels = R"({"hdr":{"max_content_light":1000,"max_luminance":[4000,1]}})";
constexpr const char* mastering = R"({"hdr":{"max_content_light":0,"max_luminance":[40000000,10000]}})";
INSTANTIATE_TEST_SUITE_P(All, ToneMapping,
                         testing::Values(Case{"rgb48le", 9, 16, light_levels, 1000},
                                         Case{"rgba64le", 9, 16, mastering, 4000}, Case{"rgb48le", 9, 16, "", 0},
                                         Case{"gbrp12le", 9, 16, R"({"hdr":"no object"})", 0},
                                         Case{"rgb48le", 9, 18, "", 1000}, Case{"gray16le", 9, 18, "", 1000},
                                         Case{"rgbf32le", 1, 8, "", 0}, Case{"rgbaf32le", 9, 8, "", 0},
                                         Case{"grayf32le", 1, 8, "", 0}, Case{"rgb24", 9, 16, light_levels, 1000}));

TEST(ToneMapper, TheFewBrightestPixelsAreNotThePeak) {
  Samples from(hdr_track("grayf32le", 1, 8, 200, 200));  // 40000 pixels: four of them do not count
  from.each([&](int, std::uint32_t x, std::uint32_t y) { from.set(0, x, y, x == 0 && y < 4 ? 1e30 : 2); });
  EXPECT_NEAR(mapped(from, 16).second.light, 2 * 203, 2 * 203 * 0.01);
  from.set(0, 7, 7, 40);
  EXPECT_NEAR(mapped(from, 16).second.light, 40 * 203, 40 * 203 * 0.01);
}

TEST(ToneMapper, InfiniteAndNegativeLightIsOrdinary) {
  Samples from(hdr_track("rgbf32le", 1, 8, 4, 1));
  const float infinite = std::numeric_limits<float>::infinity(), none = std::numeric_limits<float>::quiet_NaN();
  const std::array<std::array<float, 3>, 4> colors{
      {{infinite, 0, 0}, {none, 1, 1}, {-5, -1, 0.5f}, {infinite, infinite, infinite}}};
  for (std::uint32_t x = 0; x < 4; ++x) {
    for (int i = 0; i < 3; ++i) from.set(i, x, 0, static_cast<double>(colors[x][static_cast<std::size_t>(i)]));
  }
  const Samples made = mapped(from, 1).first;
  made.each([&](int c, std::uint32_t x, std::uint32_t y) {
    EXPECT_GE(made.get(c, x, y), 0) << c << ' ' << x;
    EXPECT_LE(made.get(c, x, y), 1) << c << ' ' << x;
  });
  EXPECT_NEAR(made.get(0, 0, 0), 1, 1e-3);
  EXPECT_NEAR(made.get(1, 3, 0), 1, 1e-3);
}

TEST(ToneMapper, FilmWithoutAPeakDoesNotWait) {
  sl::Track track = hdr_track("rgb48le", 9, 16, 8, 64);
  track.rate = {25, 1};
  Samples from(track);
  from.fill_with_noise(1);
  sl::PeakLight used;
  sl::ToneMapper mapper(track, [&](const sl::PeakLight& peak) { used = peak; });
  EXPECT_EQ(used.light, 1000);
  std::uint32_t rows = 0;
  mapper.push(part_of(from.strip(), 0, 16), [&](const sl::Strip& strip) { rows += strip.rows; });
  EXPECT_EQ(rows, 16U);
}

TEST(ToneCurve, EndsAtThePeaksAndKeepsTheDark) {
  const sl::ToneCurve curve(1000, 203);
  EXPECT_NEAR(curve(1000), 203, 1e-6);
  EXPECT_NEAR(curve(5000), 203, 1e-6);
  EXPECT_EQ(curve(curve.knee() / 2), curve.knee() / 2);
  EXPECT_NEAR(curve(curve.knee() * 1.0001), curve.knee(), curve.knee() * 1e-3);
  for (double nits = 1, before = 0; nits < 1000; nits *= 1.01) {
    EXPECT_GT(curve(nits), before);
    before = curve(nits);
  }
  const sl::ToneCurve none(100, 203);
  EXPECT_EQ(none(80), 80);
}

}  // namespace

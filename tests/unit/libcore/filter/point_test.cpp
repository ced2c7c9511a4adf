// The drivers of point filters, in every format: ranges, alpha, saturation, and their effect on a stream.

#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/filter/point.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using namespace sl;
using sl::test::Samples;

constexpr auto invert = [](auto v, auto lo, auto hi) { return lo + hi - v; };

Samples inverted(const Samples& picture, unsigned cut = 0) {
  Samples result = picture;
  test::in_strips(result, cut, [&](const Strip& strip) { map_colour_strip(result.track, strip, invert); });
  return result;
}

bool is_yuv(const Track& track) { return track.pixels->model == Model::Yuv && track.color.matrix != 0; }

// What inversion makes of a sample, by the plainest arithmetic.
double expected_inverse(const Samples& picture, int component, std::uint32_t x, std::uint32_t y) {
  const Track& track = picture.track;
  const bool is_float = track.pixels->sample == Sample::F32;
  const double v = picture.get(component, x, y), unit = is_float ? 1.0 / 255 : std::ldexp(1.0, track.pixels->bits - 8);
  const bool chroma = is_yuv(track) && (component == 1 || component == 2);
  const bool limited = track.color.range == Range::Limited || (track.color.range == Range::Unknown && is_yuv(track));
  double low = limited ? 16 * unit : 0, high = limited ? 235 * unit : picture.largest();
  if (component == 3) return v;
  if (chroma) return std::clamp(256 * unit - v, 0.0, picture.largest());
  if (track.alpha == Alpha::Premultiplied) {
    high = low + (high - low) * (picture.get(3, x, y) / picture.largest());
    if (!is_float) high = std::floor(high + 0.5);
  }
  return is_float ? low + high - v : std::clamp(low + high - v, 0.0, picture.largest());
}

class MapColour : public testing::TestWithParam<std::string_view> {};

std::vector<Samples> variants(std::string_view format, std::uint32_t width, std::uint32_t height) {
  std::vector<Samples> pictures;
  for (const Range range : {Range::Full, Range::Limited, Range::Unknown}) {
    for (const Alpha alpha : {Alpha::Straight, Alpha::Premultiplied}) {
      Track track = test::video_track(format, width, height);
      track.color.range = range;
      if (!track.pixels->alpha && alpha == Alpha::Premultiplied) continue;
      if (track.pixels->alpha) track.alpha = alpha;
      pictures.emplace_back(track);
    }
  }
  return pictures;
}

TEST_P(MapColour, MirrorsEachChannelInItsRange) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 7U}, {47U, 33U}}) {
    for (Samples& picture : variants(GetParam(), width, height)) {
      picture.fill_with_noise(width + height);
      const Samples result = inverted(picture);
      // Whites between two codes, of colours multiplied by alpha, are rounded after other arithmetic.
      const bool between = picture.track.alpha == Alpha::Premultiplied && picture.track.color.range != Range::Full;
      const double tolerance = picture.track.pixels->sample == Sample::F32 ? 1e-6 : between ? 1 : 0;
      picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
        ASSERT_NEAR(result.get(c, x, y), expected_inverse(picture, c, x, y), tolerance)
            << "component " << c << " of " << picture.get(c, x, y) << " at " << x << ", " << y;
      });
    }
  }
}

TEST_P(MapColour, TwiceIsNothing) {
  for (Samples& picture : variants(GetParam(), 47, 33)) {
    // Between the blacks and whites of both ranges; alpha high, so that premultiplied colours are within it.
    picture.fill_with_noise(11, 0.07, 0.5);
    if (picture.has(3)) {
      std::minstd_rand random(3);
      for (std::uint32_t y = 0; y < 33; ++y) {
        for (std::uint32_t x = 0; x < 47; ++x)
          picture.set(3, x, y, std::floor(picture.largest() * (0.75 + 0.25 * (random() % 2))));
      }
    }
    const Samples twice = inverted(inverted(picture, 1), 5);
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
      ASSERT_NEAR(twice.get(c, x, y), picture.get(c, x, y), picture.track.pixels->sample == Sample::F32 ? 1e-6 : 0);
    });
  }
}

TEST_P(MapColour, DoesNotTouchWhatIsBetweenRows) {
  Track track = test::video_track(GetParam(), 13, 6);
  Samples packed(track);
  packed.fill_with_noise(5);
  Strip wide = packed.strip();
  std::vector<std::vector<std::byte>> planes;
  constexpr std::size_t gap = 24;
  for (int p = 0; p < track.pixels->planes; ++p) {
    Plane& plane = wide.planes[static_cast<std::size_t>(p)];
    std::vector<std::byte> memory((plane.stride + gap) * plane.rows, std::byte{0x5a});
    for (std::uint32_t y = 0; y < plane.rows; ++y)
      std::memcpy(&memory[(plane.stride + gap) * y], plane.row<std::byte>(y), plane.stride);
    planes.push_back(std::move(memory));
    plane.data = planes.back().data();
    plane.stride += gap;
  }
  map_colour_strip(track, wide, invert);
  Samples result(track);
  test::put(result, wide);
  EXPECT_EQ(result.bytes, inverted(packed).bytes);
  for (std::size_t p = 0; p < planes.size(); ++p) {
    const std::size_t stride = wide.planes[p].stride;
    for (std::size_t y = 1; y <= wide.planes[p].rows; ++y) {
      EXPECT_TRUE(std::all_of(&planes[p][stride * y - gap], &planes[p][stride * y - 1] + 1,
                              [](std::byte b) { return b == std::byte{0x5a}; }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, MapColour, testing::ValuesIn(test::all_formats()), test::format_name);

// One sample of component `component`, inverted.
double invert_one(std::string_view format, Range range, int component, double value, Alpha alpha = Alpha::Straight,
                  double alpha_value = 0, int matrix = 6) {
  Track track = test::video_track(format, 1, 1);
  track.color.range = range;
  track.color.matrix = matrix;
  if (track.pixels->alpha) track.alpha = alpha;
  Samples picture(track);
  picture.set(component, 0, 0, value);
  if (picture.has(3)) picture.set(3, 0, 0, alpha_value);
  return inverted(picture).get(component, 0, 0);
}

TEST(MapColourValues, AreThoseOfTheDefinition) {
  EXPECT_EQ(invert_one("yuv420p", Range::Full, 0, 10), 245);
  EXPECT_EQ(invert_one("yuv420p", Range::Limited, 0, 16), 235);
  EXPECT_EQ(invert_one("yuv420p", Range::Limited, 0, 0), 251);  // overshoot mirrors too
  EXPECT_EQ(invert_one("yuv420p", Range::Limited, 0, 255), 0);
  EXPECT_EQ(invert_one("yuv420p", Range::Full, 1, 128), 128);
  EXPECT_EQ(invert_one("yuv420p", Range::Full, 1, 0), 255);  // 256, saturated
  EXPECT_EQ(invert_one("yuv420p", Range::Limited, 2, 240), 16);
  EXPECT_EQ(invert_one("yuv420p10le", Range::Limited, 0, 64), 940);
  EXPECT_EQ(invert_one("yuv420p10le", Range::Full, 2, 1), 1023);
  EXPECT_EQ(invert_one("p010le", Range::Limited, 0, 64), 940);
  EXPECT_EQ(invert_one("yuyv422", Range::Limited, 0, 16), 235);
  EXPECT_EQ(invert_one("uyvy422", Range::Limited, 1, 100), 156);
  EXPECT_EQ(invert_one("gray16le", Range::Unknown, 0, 1), 65534);
  EXPECT_EQ(invert_one("rgba", Range::Full, 1, 200, Alpha::Straight, 7), 55);
  EXPECT_EQ(invert_one("rgba", Range::Full, 1, 30, Alpha::Premultiplied, 100), 70);
  EXPECT_EQ(invert_one("rgba", Range::Full, 1, 130, Alpha::Premultiplied, 100), 0);
  EXPECT_EQ(invert_one("rgbaf32le", Range::Full, 1, 0.25, Alpha::Premultiplied, 0.5), 0.25);
  EXPECT_EQ(invert_one("grayf32le", Range::Unknown, 0, 1.5), -0.5);                // HDR is kept
  EXPECT_EQ(invert_one("yuv444p", Range::Unknown, 1, 3, Alpha::None, 0, 0), 252);  // matrix 0: G'B'R'
}

TEST(MapColourValues, OutsideTheFormatAreSaturated) {
  Samples picture(test::video_track("yuv420p10le", 2, 2));
  std::memset(picture.bytes.data(), 0xff, picture.bytes.size());
  const Samples result = inverted(picture);
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { EXPECT_EQ(result.get(c, x, y), 0) << c; });
}

TEST(MapColourValues, HaveTheMeanAlphaOfTheirPixelsInSubsampledChroma) {
  Track track = test::video_track("yuva420p", 2, 2);
  track.alpha = Alpha::Premultiplied;
  track.color.range = Range::Full;
  Samples picture(track);
  for (std::uint32_t i = 0; i < 4; ++i) picture.set(3, i % 2, i / 2, i < 2 ? 255 : 0);
  float low = 0, high = 0;
  map_colour_strip(track, picture.strip(), [&](auto v, auto lo, auto hi) {
    low = lo, high = hi;  // the last ones are V's
    return v;
  });
  EXPECT_EQ(low, 64);
  EXPECT_EQ(high, 192);
}

TEST(MapColourValues, OfConstantLuminanceAreRefused) {
  for (const int matrix : {10, 13, 14})
    EXPECT_THROW(invert_one("yuv420p", Range::Limited, 0, 1, Alpha::None, 0, matrix), Error);
}

// ---- Curves and colours ----

class MapCurve : public testing::TestWithParam<std::string_view> {};

TEST_P(MapCurve, IsLookedUpForColoursOnly) {
  Samples picture(test::video_track(GetParam(), 17, 9));
  for (const Range range : {Range::Full, Range::Limited}) {
    picture.track.color.range = range;
    picture.fill_with_noise(4);
    Samples result = picture;
    CurveTable(result.track, [](float v) { return v * v; }).apply(result.strip());
    const double largest = picture.largest(), unit = (largest + 1) / 256;
    const bool is_float = picture.track.pixels->sample == Sample::F32, limited = range == Range::Limited;
    const double low = !limited   ? 0
                       : is_float ? 16.0 / 255
                                  : 16 * unit,
                 high = !limited   ? largest
                        : is_float ? 235.0 / 255
                                   : 235 * unit;
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
      const double v = picture.get(c, x, y);
      double nominal = (v - low) / (high - low);
      if (!is_float) nominal = std::clamp(nominal, 0.0, 1.0);
      const double expected = c == 3 ? v : low + (high - low) * nominal * nominal;
      ASSERT_NEAR(result.get(c, x, y), expected, is_float ? 1e-5 : 0.51);
    });
  }
}

TEST_P(MapCurve, AndMapRgbAgree) {
  Track track = test::video_track(GetParam(), 17, 9);
  if (track.pixels->model == Model::Gray) return;  // is converted first
  Samples by_table(track);
  by_table.fill_with_noise(8);
  Samples by_kernel = by_table;
  CurveTable(track, [](float v) { return 1 - v; }).apply(by_table.strip());
  test::in_strips(by_kernel, 2, [&](const Strip& strip) {
    map_rgb_strip(track, strip, [](float& r, float& g, float& b) { r = 1 - r, g = 1 - g, b = 1 - b; });
  });
  by_table.each([&](int c, std::uint32_t x, std::uint32_t y) {
    ASSERT_NEAR(by_kernel.get(c, x, y), by_table.get(c, x, y), 1e-6);
  });
}

// YUV is converted first.
std::vector<std::string_view> formats_without_chroma() {
  auto names = test::all_formats();
  std::erase_if(names, [](std::string_view name) { return pixel_format(name).model == Model::Yuv; });
  return names;
}

INSTANTIATE_TEST_SUITE_P(RgbAndGray, MapCurve, testing::ValuesIn(formats_without_chroma()), test::format_name);

TEST(MapRgb, SeesTheChannelsOfAPixel) {
  for (const char* format : {"rgb24", "rgba", "rgb48le", "rgba64le", "gbrp", "gbrap12le", "rgbaf32le", "gbrpf32le"}) {
    Samples picture(test::video_track(format, 5, 3));
    picture.fill_with_noise(9);
    Samples result = picture;
    map_rgb_strip(result.track, result.strip(), [](float& r, float& g, float& b) {
      const float red = r;
      r = g, g = b, b = red;
    });
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
      EXPECT_NEAR(result.get(c, x, y), picture.get(c == 3 ? 3 : (c + 1) % 3, x, y), 1e-6) << format;
    });
  }
}

TEST(MapCurveValues, ThatAreNoNumbersAreBlack) {
  Samples picture(test::video_track("gray", 1, 1));
  picture.set(0, 0, 0, 200);
  CurveTable(picture.track, [](float) { return std::numeric_limits<float>::quiet_NaN(); }).apply(picture.strip());
  EXPECT_EQ(picture.get(0, 0, 0), 0);
}

// ---- Streams ----

// A stream through a filter, in memory.
class Streams : public testing::Test {
 protected:
  struct Result {
    std::vector<Track> tracks;
    std::vector<Samples> pictures;
    std::vector<std::string> attachments, events;
    std::string sound;
  };
  static Result read(const std::vector<std::byte>& bytes) {
    Result result;
    Source source = Source::memory(bytes, "memory");
    Reader in(source);
    while (const auto record = in.next()) {
      if (record->type == wire::Type::Track) result.tracks.push_back(in.track(record->track));
      if (record->type == wire::Type::Frame && in.track(record->track).is_raw_video())
        result.pictures.emplace_back(in.track(record->track));
      if (record->type == wire::Type::Rows) test::put(result.pictures.back(), in.strip());
      if (record->type == wire::Type::Attachment)
        result.attachments.push_back(wire::read_attachment(*record, in.body()).name);
      const auto text = [&] { return std::string(reinterpret_cast<const char*>(in.body().data()), in.body().size()); };
      if (record->type == wire::Type::Event) result.events.push_back(text());
      if (record->type == wire::Type::Bytes) result.sound = text();
    }
    return result;
  }

  static void write_picture(Writer& out, std::uint16_t number, const Samples& picture, std::uint64_t frame = 0) {
    Frame header;
    header.number = frame;
    out.frame(number, header);
    test::in_strips(picture, 8, [&](const Strip& strip) { out.rows(number, strip); });
  }
};

TEST_F(Streams, TouchTheRowsOfRawVideoOnly) {
  Samples picture(test::video_track("yuv420p", 21, 35));
  picture.fill_with_noise(1);
  Track sound;
  sound.kind = Kind::Audio;
  sound.samples = "u8";
  sound.sample_rate = 8000;
  sound.channels = 1;
  const auto bytes = test::written([&](Writer& out) {
    for (int stream = 0; stream < 2; ++stream) {
      out.begin();
      out.track(1, picture.track);
      out.attachment(1, {"icc", "profile", 0});
      out.attachment(1, {"gain-map", "map", wire::tied_to_pixels});
      out.track(2, sound);
      out.attachment(2, {"loudness", "quiet", wire::tied_to_pixels});
      write_picture(out, 1, picture);
      out.frame(2, {});
      out.bytes(2, std::as_bytes(std::span("abc", 3)), true);
      out.end();
    }
  });
  const Result result = read(test::filtered(bytes, [](Reader& in, Writer& out) { map_colour(in, out, invert); }));
  ASSERT_EQ(result.pictures.size(), 2u);
  EXPECT_EQ(result.pictures[1].bytes, inverted(picture).bytes);
  EXPECT_EQ(result.tracks[0], picture.track);
  EXPECT_EQ(result.sound, "abc");
  EXPECT_EQ(result.attachments, (std::vector<std::string>{"icc", "loudness", "icc", "loudness"}));
  ASSERT_EQ(result.events.size(), 2u);
  EXPECT_NE(result.events[0].find("gain-map"), std::string::npos);
}

TEST_F(Streams, BecomeRgbWhereACurveNeedsIt) {
  Samples picture(test::video_track("yuv420p", 20, 34));
  picture.track.color = {1, 13, 6, Range::Full, Chroma::Center};
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, c == 0 ? 50 : 128); });
  const auto bytes = test::written([&](Writer& out) {
    out.begin();
    out.track(1, picture.track);
    write_picture(out, 1, picture, 0);
    write_picture(out, 1, picture, 1);
    out.end();
  });
  const Result result =
      read(test::filtered(bytes, [](Reader& in, Writer& out) { map_curve(in, out, [](float v) { return 2 * v; }); }));
  ASSERT_EQ(result.pictures.size(), 2u);
  const Track& track = result.pictures[1].track;
  EXPECT_EQ(track.pixels->name, "rgb24");
  EXPECT_EQ(track.color.matrix, 0);
  EXPECT_EQ(track.color.range, Range::Full);
  EXPECT_EQ(track.color.transfer, 13);
  for (const Samples& out : result.pictures) {
    out.each([&](int c, std::uint32_t x, std::uint32_t y) { ASSERT_EQ(out.get(c, x, y), 100); });
  }
}

TEST_F(Streams, BecomeStraightAndColouredWhereAKernelSeesColours) {
  Samples picture(test::video_track("ya8", 3, 2));
  picture.track.alpha = Alpha::Premultiplied;
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, c == 3 ? 51 : 17); });
  const auto bytes = test::written([&](Writer& out) {
    out.begin();
    out.track(1, picture.track);
    write_picture(out, 1, picture);
    out.end();
  });
  const Result result = read(test::filtered(
      bytes, [](Reader& in, Writer& out) { map_rgb(in, out, [](float& r, float&, float& b) { r = 1, b = 0; }); }));
  ASSERT_EQ(result.pictures.size(), 1u);
  EXPECT_EQ(result.pictures[0].track.pixels->name, "rgba");
  EXPECT_EQ(result.pictures[0].track.alpha, Alpha::Straight);
  const std::array<double, 4> expected{255, 85, 0, 51};
  result.pictures[0].each([&](int c, std::uint32_t x, std::uint32_t y) {
    ASSERT_EQ(result.pictures[0].get(c, x, y), expected[static_cast<std::size_t>(c)]);
  });
}

TEST(DropGeometry, LeavesTheRestOfTheMetadata) {
  Frame frame;
  EXPECT_FALSE(drop_geometry(frame));
  frame.metadata = R"({"note":"geometry"})";
  EXPECT_FALSE(drop_geometry(frame));
  frame.metadata = R"({"geometry":{"boxes":[[1,2,3,4]]},"note":"kept"})";
  EXPECT_TRUE(drop_geometry(frame));
  EXPECT_EQ(frame.metadata, R"({"note":"kept"})");
  frame.metadata = R"({"geometry":{}})";
  EXPECT_TRUE(drop_geometry(frame));
  EXPECT_EQ(frame.metadata, "");
}

}  // namespace

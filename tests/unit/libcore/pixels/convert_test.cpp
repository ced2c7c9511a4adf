// Conversion between pixel formats: every pair, laws, known values, siting, alpha, hostile samples.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "libcore/base/error.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "tests/unit/libcore/pixels/convert_frames.h"

namespace {

using namespace convert_frames;
using sl::Alpha;
using sl::Chroma;
using sl::Fields;
using sl::Range;

struct Options {
  int matrix = 1;
  Range range = Range::Full;
  Chroma chroma = Chroma::Center;
  Alpha alpha = Alpha::Straight;
};

sl::Track track(std::string_view format, unsigned width, unsigned height, const Options& options = {}) {
  sl::Track t;
  t.pixels = &sl::pixel_format(format);
  t.width = width;
  t.height = height;
  t.color.matrix = t.pixels->model == sl::Model::Rgb ? 0 : options.matrix;
  t.color.range = options.range;
  t.color.chroma = options.chroma;
  t.alpha = t.pixels->alpha ? options.alpha : Alpha::None;
  return t;
}

template <class T>
std::vector<T> as(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(Convert, EveryPairOfFormatsAtOddSizesHoweverCut) {
  unsigned count = 0;
  for (const auto& a : sl::pixel_formats()) {
    for (const auto& b : sl::pixel_formats()) {
      for (int variant = 0; variant < 2; ++variant) {
        ++count;
        const unsigned width = 1 + count % 9, height = 1 + count / 9 % 9;
        Options from, to;
        from.range = count % 2 == 0 ? Range::Limited : Range::Full;
        to.range = count % 3 == 0 ? Range::Limited : Range::Full;
        from.chroma = static_cast<Chroma>(count % 4);
        to.chroma = static_cast<Chroma>(count / 4 % 4);
        from.alpha = static_cast<Alpha>(count % 3);
        to.alpha = static_cast<Alpha>(count / 3 % 3);
        to.matrix = count % 5 == 0 ? 9 : 6;
        sl::Track f = track(a.name, width, height, from), t = track(b.name, width, height, to);
        f.fields = t.fields = count % 7 == 0 ? Fields::Top : Fields::Progressive;
        const Bytes frame = noise(sl::strip_bytes(a, width, height), count);
        const Bytes whole = convert(f, t, frame, 1000);
        ASSERT_EQ(convert(f, t, frame, 1), whole) << a.name << " to " << b.name << " " << width << "x" << height;
        ASSERT_EQ(convert(f, t, frame, 0, count), whole) << a.name << " to " << b.name;
      }
    }
  }
}

TEST(Convert, LargeStripsAreGivenInPieces) {
  const sl::Track from = track("yuv420p", 3001, 46, {1, Range::Limited, Chroma::Left});
  const Bytes frame = noise(sl::strip_bytes(*from.pixels, from.width, from.height), 1);
  for (const char* name : {"rgbaf32le", "yuv444p16le", "yuv410p", "rgb24"}) {
    const sl::Track to = track(name, from.width, from.height);
    EXPECT_EQ(convert(from, to, frame, 1000), convert(from, to, frame, 2)) << name;
    Bytes copy = frame;
    sl::Converter converter(from, to);
    converter.push(view(from, copy),
                   [&](const sl::Strip& out) { EXPECT_LE(sl::strip_bytes(*to.pixels, to.width, out.rows), 1U << 20); });
  }
}

TEST(Convert, AConverterTakesFrameAfterFrame) {
  const sl::Track from = track("yuv420p", 5, 3), to = track("rgb24", 5, 3);
  sl::Converter converter(from, to);
  for (unsigned seed = 0; seed < 3; ++seed) {
    Bytes frame = noise(sl::strip_bytes(*from.pixels, 5, 3), seed), result(45);
    const sl::Strip whole = view(from, frame), into = view(to, result);
    for (const unsigned y : {0U, 2U}) {
      converter.push(sl::part_of(whole, y, y == 0 ? 2 : 1),
                     [&](const sl::Strip& out) { copy_rows(out, sl::part_of(into, out.first, out.rows)); });
    }
    EXPECT_EQ(result, convert(from, to, frame));
  }
}

TEST(Convert, MarksRowsOfDamagedStrips) {
  const sl::Track from = track("yuv420p", 4, 8), to = track("rgb24", 4, 8);
  Bytes frame(sl::strip_bytes(*from.pixels, 4, 8));
  sl::Converter converter(from, to);
  std::vector<bool> damaged;
  for (unsigned y = 0; y < 8; y += 2) {
    sl::Strip strip = sl::part_of(view(from, frame), y, 2);
    strip.damaged = y == 4;
    converter.push(strip, [&](const sl::Strip& out) { damaged.resize(out.first + out.rows, out.damaged); });
  }
  ASSERT_EQ(damaged.size(), 8U);
  EXPECT_FALSE(damaged[0] || damaged[2]);
  EXPECT_TRUE(damaged[4] && damaged[5]);
}

TEST(Convert, RgbThroughYuv444AndBackIsWithinOne) {
  const unsigned side = 64;
  for (const int matrix : {1, 4, 5, 6, 7, 9}) {
    const sl::Track rgb = track("rgb24", side, side);
    const Bytes frame = noise(side * side * 3, static_cast<unsigned>(matrix));
    // Ten bits are more than RGB of 8 needs, even if the range is limited.
    for (const char* format : {"yuv444p10le", "yuv444p16le"}) {
      const sl::Track yuv = track(format, side, side, {matrix, Range::Limited});
      EXPECT_EQ(convert(yuv, rgb, convert(rgb, yuv, frame)), frame) << matrix << " " << format;
    }
    const sl::Track yuv = track("yuv444p", side, side, {matrix});
    const Bytes back = convert(yuv, rgb, convert(rgb, yuv, frame));
    for (std::size_t i = 0; i < frame.size(); ++i) {
      ASSERT_LE(std::abs(int(back[i]) - int(frame[i])), matrix == 9 || matrix == 4 ? 2 : 1) << matrix << " at " << i;
    }
  }
}

TEST(Convert, DepthsAndBack) {
  std::vector<std::uint8_t> all(256);
  for (int i = 0; i < 256; ++i) all[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
  const sl::Track narrow = track("gray", 16, 16), wide = track("gray16le", 16, 16), real = track("grayf32le", 16, 16);
  const auto words = as<std::uint16_t>(convert(narrow, wide, all));
  const auto floats = as<float>(convert(narrow, real, all));
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(words[i], i * 257);
    EXPECT_FLOAT_EQ(floats[i], static_cast<float>(i) / 255);
  }
  EXPECT_EQ(convert(wide, narrow, bytes_of(words)), all);
  EXPECT_EQ(convert(real, narrow, bytes_of(floats)), all);

  std::vector<std::uint16_t> every(65536);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::uint16_t>(i);
  const Bytes rounded = convert(track("gray16le", 256, 256), track("gray", 256, 256), bytes_of(every));
  for (std::size_t i = 0; i < every.size(); ++i) ASSERT_EQ(rounded[i], (i * 255 + 32767) / 65535) << i;
  const auto through_floats =
      convert(track("grayf32le", 256, 256), track("gray16le", 256, 256),
              convert(track("gray16le", 256, 256), track("grayf32le", 256, 256), bytes_of(every)));
  EXPECT_EQ(as<std::uint16_t>(through_floats), every);
}

TEST(Convert, LimitedDepthsAreShiftedWithRounding) {
  std::vector<std::uint16_t> codes(3 * 1024);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint16_t>(i % 1024);
  const Options limited{1, Range::Limited};
  const Bytes bytes =
      convert(track("yuv444p10le", 32, 32, limited), track("yuv444p", 32, 32, limited), bytes_of(codes));
  for (std::size_t i = 0; i < codes.size(); ++i) ASSERT_EQ(bytes[i], std::min((codes[i] + 2) >> 2, 255)) << codes[i];
  const auto back =
      as<std::uint16_t>(convert(track("yuv444p", 32, 32, limited), track("yuv444p10le", 32, 32, limited), bytes));
  for (std::size_t i = 0; i < codes.size(); ++i) ASSERT_EQ(back[i], bytes[i] * 4);
}

TEST(Convert, KnownColours) {
  struct Case {
    int matrix;
    std::array<int, 3> yuv, rgb;
  };
  // 75 % bars of BT.709, full white and black, BT.601 red; by the formulas of H.273.
  const Case cases[] = {{1, {235, 128, 128}, {255, 255, 255}}, {1, {16, 128, 128}, {0, 0, 0}},
                        {1, {180, 128, 128}, {191, 191, 191}}, {1, {168, 44, 136}, {191, 191, 0}},
                        {1, {51, 109, 212}, {191, 0, 0}},      {6, {81, 90, 240}, {254, 0, 0}},
                        {6, {41, 240, 110}, {0, 0, 255}},      {9, {235, 128, 128}, {255, 255, 255}}};
  for (const Case& c : cases) {
    const sl::Track yuv = track("yuv420p", 2, 2, {c.matrix, Range::Limited, Chroma::Left});
    Bytes frame(6, static_cast<std::uint8_t>(c.yuv[0]));
    frame[4] = static_cast<std::uint8_t>(c.yuv[1]);
    frame[5] = static_cast<std::uint8_t>(c.yuv[2]);
    const Bytes rgb = convert(yuv, track("rgb24", 2, 2), frame);
    for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(rgb[i], c.rgb[i % 3], 1) << c.yuv[0] << " of matrix " << c.matrix;
  }
}

TEST(Convert, YCgCo) {
  const sl::Track rgb = track("rgb24", 1, 1), yuv = track("yuv444p", 1, 1, {8});
  EXPECT_EQ(convert(rgb, yuv, {255, 255, 255}), (Bytes{255, 128, 128}));
  EXPECT_EQ(convert(rgb, yuv, {0, 255, 0}), (Bytes{128, 255, 128}));  // Cg = 127.5 + 128, clamped
}

// Chroma that rises evenly stays even when it is upsampled by its siting.
TEST(Convert, ChromaIsInterpolatedWhereItStands) {
  const unsigned side = 32;
  for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
    for (const char* format : {"yuv420p16le", "yuv422p16le"}) {
      for (const bool interlaced : {false, true}) {
        const Options options{1, Range::Limited, chroma};
        sl::Track small = track(format, side, side, options), full = track("yuv444p16le", side, side, options);
        if (interlaced) small.fields = full.fields = Fields::Top;
        const double dx = chroma == Chroma::Center ? 0.5 : 0;
        Bytes frame(sl::strip_bytes(*small.pixels, side, side));
        const auto place_y = [&](unsigned j) {  // of chroma row j, in rows of the picture
          if (small.pixels->shift_y == 0) return double(j);
          if (!interlaced) return 2.0 * j + (chroma == Chroma::TopLeft ? 0 : 0.5);
          const double line = 2.0 * (j / 2) + (chroma == Chroma::TopLeft ? 0 : j % 2 == 0 ? 0.25 : 0.75);
          return 2 * line + j % 2;
        };
        for (std::size_t p = 1; p < 3; ++p) {
          const sl::Plane plane = view(small, frame).planes[p];
          for (unsigned j = 0; j < plane.rows; ++j) {
            for (unsigned i = 0; i < plane.width; ++i) {
              plane.row<std::uint16_t>(j)[i] =
                  static_cast<std::uint16_t>(10000 + 400 * (2 * i + dx) + 800 * place_y(j));
            }
          }
        }
        Bytes wide = convert(small, full, frame);
        for (unsigned y = 4; y < side - 4; ++y) {
          for (unsigned x = 2; x < side - 2; ++x) {
            const int value = view(full, wide).planes[1].row<std::uint16_t>(y)[x];
            ASSERT_NEAR(value, 10000 + 400 * x + 800 * y, 1) << format << int(chroma) << interlaced << x << "," << y;
          }
        }
        const Bytes back = convert(full, small, wide);
        sl::Strip a = view(small, frame);
        Bytes copy = back;
        sl::Strip b = view(small, copy);
        for (unsigned j = 4; j + 4 < a.planes[1].rows; ++j) {
          for (unsigned i = 2; i + 2 < a.planes[1].width; ++i) {
            ASSERT_NEAR(b.planes[1].row<std::uint16_t>(j)[i], a.planes[1].row<std::uint16_t>(j)[i], 1)
                << format << int(chroma) << interlaced << i << "," << j;
          }
        }
      }
    }
  }
}

TEST(Convert, FlatChromaStaysFlat) {
  for (const char* format : {"yuv420p", "yuv422p", "yuv440p", "yuv411p", "yuv410p", "nv12", "yuyv422", "uyvy422"}) {
    for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
      const Options options{1, Range::Limited, chroma};
      const sl::Track full = track("yuv444p", 7, 9, options), small = track(format, 7, 9, options);
      Bytes frame(7 * 9 * 3, 60);
      std::fill(frame.begin() + 63, frame.begin() + 126, 90);
      std::fill(frame.begin() + 126, frame.end(), 200);
      EXPECT_EQ(convert(small, full, convert(full, small, frame)), frame) << format;
    }
  }
}

TEST(Convert, PackingIsLossless) {
  const Options limited{1, Range::Limited, Chroma::Left};
  const char* groups[][3] = {{"yuv420p", "nv12", "yuv420p"},     {"yuv422p", "yuyv422", "uyvy422"},
                             {"rgb24", "gbrp", "rgb24"},         {"yuv420p10le", "p010le", "yuv420p10le"},
                             {"rgb48le", "gbrp16le", "rgb48le"}, {"rgbf32le", "gbrpf32le", "rgbf32le"},
                             {"rgba", "gbrap", "rgba"},          {"rgba64le", "gbrap16le", "rgba64le"}};
  for (const auto& g : groups) {
    const sl::Track a = track(g[0], 7, 5, limited), b = track(g[1], 7, 5, limited), c = track(g[2], 7, 5, limited);
    Bytes frame = noise(sl::strip_bytes(*a.pixels, 7, 5), 3);
    if (a.pixels->sample == sl::Sample::F32) frame = bytes_of(std::vector<float>(105, -2.5F));
    if (a.pixels->bits == 10) {
      for (std::size_t i = 1; i < frame.size(); i += 2) frame[i] &= 3;
    }
    EXPECT_EQ(convert(c, a, convert(b, c, convert(a, b, frame))), frame) << g[1];
  }
}

TEST(Convert, OrderOfPackedSamples) {
  const Options limited{1, Range::Limited, Chroma::Left};
  const Bytes planes{1, 2, 3, 10, 11, 20, 21};  // 3 x 1 in 4:2:2
  EXPECT_EQ(convert(track("yuv422p", 3, 1, limited), track("yuyv422", 3, 1, limited), planes),
            (Bytes{1, 10, 2, 20, 3, 11, 3, 21}));
  EXPECT_EQ(convert(track("yuv422p", 3, 1, limited), track("uyvy422", 3, 1, limited), planes),
            (Bytes{10, 1, 20, 2, 11, 3, 21, 3}));
  EXPECT_EQ(convert(track("rgb24", 1, 1), track("gbrp", 1, 1), {1, 2, 3}), (Bytes{2, 3, 1}));
  EXPECT_EQ(convert(track("rgba", 1, 1), track("gbrap", 1, 1), {1, 2, 3, 4}), (Bytes{2, 3, 1, 4}));
  EXPECT_EQ(convert(track("yuv444p", 1, 1, {0}), track("rgb24", 1, 1), {2, 3, 1}), (Bytes{1, 2, 3}));
}

TEST(Convert, GrayIsReplicatedAndLuma) {
  EXPECT_EQ(convert(track("gray", 2, 1), track("rgb24", 2, 1), {7, 200}), (Bytes{7, 7, 7, 200, 200, 200}));
  EXPECT_EQ(convert(track("gray", 1, 1), track("yuv444p", 1, 1), {7}), (Bytes{7, 128, 128}));
  EXPECT_EQ(convert(track("yuv444p", 1, 1), track("gray", 1, 1), {7, 1, 2}), (Bytes{7}));
  EXPECT_EQ(convert(track("rgb24", 1, 1), track("gray", 1, 1, {6}), {255, 0, 0}), (Bytes{76}));
  EXPECT_EQ(convert(track("rgb24", 1, 1), track("gray", 1, 1, {1}), {255, 0, 0}), (Bytes{54}));
  EXPECT_EQ(convert(track("rgb24", 1, 1), track("gray", 1, 1, {2}), {255, 0, 0}), (Bytes{76}));
}

TEST(Convert, AlphaIsAddedMultipliedAndFlattened) {
  const sl::Track rgb = track("rgb24", 1, 1), straight = track("rgba", 1, 1);
  const sl::Track premultiplied = track("rgba", 1, 1, {1, Range::Full, Chroma::Center, Alpha::Premultiplied});
  const std::array<float, 3> pink{1, 0.5F, 0.5F};
  EXPECT_EQ(convert(rgb, straight, {1, 2, 3}), (Bytes{1, 2, 3, 255}));
  EXPECT_EQ(convert(straight, premultiplied, {200, 100, 50, 51}), (Bytes{40, 20, 10, 51}));
  EXPECT_EQ(convert(premultiplied, straight, {40, 20, 10, 51}), (Bytes{200, 100, 50, 51}));
  EXPECT_EQ(convert(premultiplied, straight, {40, 20, 10, 0}), (Bytes{0, 0, 0, 0}));
  EXPECT_EQ(convert(straight, rgb, {200, 100, 50, 51}), (Bytes{40, 20, 10}));
  EXPECT_EQ(convert(straight, rgb, {200, 100, 50, 0}, 0, 1, pink), (Bytes{255, 128, 128}));
  EXPECT_EQ(convert(premultiplied, rgb, {40, 20, 10, 51}, 0, 1, pink), (Bytes{244, 122, 112}));
  EXPECT_EQ(convert(straight, rgb, {200, 100, 50, 255}, 0, 1, pink), (Bytes{200, 100, 50}));
  EXPECT_EQ(convert(track("ya8", 1, 1), track("gray", 1, 1), {200, 51}, 0, 1, {1, 1, 1}), (Bytes{244}));

  // YUV: alpha scales luma above black and chroma about its middle.
  const Options limited{1, Range::Limited, Chroma::Left, Alpha::Straight};
  const Options multiplied{1, Range::Limited, Chroma::Left, Alpha::Premultiplied};
  EXPECT_EQ(convert(track("yuva444p", 1, 1, limited), track("yuva444p", 1, 1, multiplied), {116, 28, 228, 51}),
            (Bytes{36, 108, 148, 51}));
  EXPECT_EQ(
      convert(track("yuva444p", 1, 1, limited), track("yuv444p", 1, 1, limited), {116, 28, 228, 0}, 0, 1, {1, 1, 1}),
      (Bytes{235, 128, 128}));
}

TEST(Convert, HostileSamplesAreClamped) {
  const Options limited{1, Range::Limited, Chroma::Left};
  const sl::Track deep = track("yuv420p10le", 2, 2, limited);
  for (const char* name : {"rgb24", "p010le", "yuva420p10le", "yuv420p", "yuv444p16le", "gbrpf32le"}) {
    const sl::Track to = track(name, 2, 2, limited);
    for (const std::uint16_t hostile : {65535, 1024, 2005, 32768}) {
      EXPECT_EQ(convert(deep, to, bytes_of(std::vector<std::uint16_t>(6, hostile))),
                convert(deep, to, bytes_of(std::vector<std::uint16_t>(6, 1023))))
          << name;
    }
  }
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const sl::Track real = track("rgbf32le", 2, 1), bytes = track("rgb24", 2, 1);
  EXPECT_EQ(convert(real, bytes, bytes_of(std::vector<float>{nan, infinity, -infinity, 2, -1, 0.5F})),
            (Bytes{0, 255, 0, 255, 0, 128}));
  const auto gray = as<float>(
      convert(real, track("grayf32le", 2, 1), bytes_of(std::vector<float>{nan, infinity, -infinity, 2, 2, 2})));
  EXPECT_TRUE(std::isfinite(gray[0]));
  EXPECT_FLOAT_EQ(gray[1], 2);  // values above 1 live on in floats
}

TEST(Convert, UnknownsAreDecidedAsWritten) {
  const Bytes frame{81, 90, 240};
  sl::Track unknown = track("yuv444p", 1, 1, {2, Range::Unknown, Chroma::Unknown});
  const sl::Track rgb = track("rgb24", 1, 1);
  EXPECT_EQ(convert(unknown, rgb, frame), convert(track("yuv444p", 1, 1, {6, Range::Limited}), rgb, frame));
  unknown.color.range = Range::Full;
  EXPECT_EQ(convert(unknown, rgb, frame), convert(track("yuv444p", 1, 1, {6, Range::Full}), rgb, frame));
  sl::Track tall = track("yuv444p", 1, 720, {2, Range::Limited}), known = track("yuv444p", 1, 720, {1, Range::Limited});
  const Bytes column = noise(3 * 720, 1);
  EXPECT_EQ(convert(tall, track("rgb24", 1, 720), column), convert(known, track("rgb24", 1, 720), column));
}

TEST(Convert, NeededOnlyWhereSamplesChange) {
  const sl::Track a = track("yuv420p", 4, 4, {5}), b = track("yuv420p", 4, 4, {6});
  EXPECT_FALSE(sl::Converter::needed(a, b));
  EXPECT_TRUE(sl::Converter::needed(a, track("yuv420p", 4, 4, {1})));
  EXPECT_TRUE(sl::Converter::needed(a, track("yuv420p", 4, 4, {5, Range::Limited})));
  EXPECT_TRUE(sl::Converter::needed(a, track("yuv420p", 4, 4, {5, Range::Full, Chroma::Left})));
  EXPECT_TRUE(sl::Converter::needed(a, track("yuv422p", 4, 4, {5})));
  EXPECT_FALSE(sl::Converter::needed(track("yuv444p", 4, 4), track("yuv444p", 4, 4, {1, Range::Full, Chroma::Left})));
  EXPECT_FALSE(sl::Converter::needed(track("rgb24", 4, 4), track("rgb24", 4, 4)));
  const Bytes frame = noise(24, 1);
  EXPECT_EQ(convert(a, b, frame), frame);
}

TEST(Convert, RefusesWhatItCannotDo) {
  const auto status = [](const sl::Track& from, const sl::Track& to) {
    try {
      sl::Converter converter(from, to);
    } catch (const sl::Error& error) {
      return error.status();
    }
    return sl::Status::Ok;
  };
  const sl::Track rgb = track("rgb24", 2, 2);
  for (const int matrix : {3, 10, 11, 14, 99}) {
    EXPECT_EQ(status(track("yuv444p", 2, 2, {matrix}), rgb), sl::Status::Data) << matrix;
    EXPECT_EQ(status(track("yuv444p", 2, 2, {matrix}), track("yuv420p", 2, 2, {matrix})), sl::Status::Ok) << matrix;
  }
  EXPECT_EQ(status(track("yuv420p", 2, 2, {0}), rgb), sl::Status::Data);
  sl::Track wide = rgb, srgb = track("gbrp", 2, 2);
  wide.color.primaries = 9;
  EXPECT_EQ(status(wide, srgb), sl::Status::Ok);
  srgb.color.primaries = 1;
  EXPECT_EQ(status(wide, srgb), sl::Status::Data);
}

}  // namespace

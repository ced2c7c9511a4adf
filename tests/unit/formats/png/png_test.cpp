// PNG both ways, against libpng itself: every kind of pixels, every level and filter, any threads and strips.

#include <unistd.h>

#include "libcore/pixels/kernels.h"
#include "tests/unit/formats/png/png_fixture.h"

namespace sl {

namespace {

using namespace test;
using namespace test::png;

// Encodes in strips of these heights, over and over, with this many threads.
Bytes encode(const Track& track, const Bytes& pixels, const Options& given, int threads,
             const std::vector<std::uint32_t>& cuts, bool flush = false) {
  FormatOptions options(png_format.info.encode_options);
  for (const auto& [name, value] : given) options.set(name, value);
  Bytes out;
  Target target = Target::callbacks(
      [&](std::span<const std::byte> piece) { out.insert(out.end(), piece.begin(), piece.end()); }, [] {}, "out");
  const auto encoder = png_format.encoder({target, options, threads});
  encoder->begin({encoder->accept(track), {}});
  encoder->begin_frame({});
  Bytes copy = pixels;
  Strip whole = packed_strip(*track.pixels, track.width, track.height, copy.data());
  std::size_t cut = 0;
  for (std::uint32_t y = 0; y < track.height;) {
    const std::uint32_t rows = std::min(cuts[cut++ % cuts.size()], track.height - y);
    encoder->write_rows(part_of(whole, y, rows));
    if (flush) encoder->flush();
    y += rows;
  }
  encoder->end_frame();
  encoder->finish();
  target.finish();
  return out;
}

// ---- Round trips ----

class PngRoundTrip : public testing::TestWithParam<std::string_view> {};

TEST_P(PngRoundTrip, KeepsPixelsAtEveryLevelAndFilter) {
  std::vector<Options> all;
  for (int level = 0; level <= 9; ++level) all.push_back({{"compression", std::to_string(level)}});
  for (const char* filter : {"none", "sub", "up", "average", "paeth", "adaptive"}) {
    for (const char* level : {"0", "1", "2", "6"}) all.push_back({{"compression", level}, {"filter", filter}});
  }
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 3> sizes{{{1, 1}, {1, 7}, {47, 33}}};
  for (const auto& [width, height] : sizes) {
    const Track track = make_track(GetParam(), width, height);
    const Bytes pixels = make_pixels(track);
    for (const Options& options : all) {
      SCOPED_TRACE(options.front().second + (options.size() > 1 ? options.back().second : ""));
      const Bytes png = test::encode(png_format, track, pixels, options);
      ASSERT_EQ(reference(png), pixels);
      const Decoded decoded = test::decode(png_format, png);
      ASSERT_EQ(decoded.pixels.at(0), pixels);
      EXPECT_EQ(decoded.picture.track.pixels, track.pixels);
      EXPECT_EQ(decoded.picture.track.alpha, track.alpha);
      EXPECT_EQ(decoded.picture.track.color, track.color);
      EXPECT_EQ(decoded.frames.size(), 1u);
      EXPECT_TRUE(decoded.warnings.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, PngRoundTrip,
                         testing::Values("gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le"),
                         [](const auto& info) { return std::string(info.param); });

// Large enough for several blocks, a part of it flat, so that blocks are compressed in both ways.
struct Large {
  Track track = make_track("rgb24", 700, 420);
  Bytes pixels = make_pixels(track);
  Large() { std::fill_n(pixels.begin() + 700 * 3 * 130, 700 * 3 * 200, std::byte{7}); }
};

TEST(Png, WritesTheSameBytesWithAnyThreadsAndStrips) {
  const Large large;
  for (const char* level : {"0", "2", "3"}) {
    const Options options{{"compression", level}};
    const Bytes expected = encode(large.track, large.pixels, options, 1, {420});
    EXPECT_EQ(reference(expected), large.pixels);
    for (const int threads : {1, 2, 4, 7}) {
      EXPECT_EQ(encode(large.track, large.pixels, options, threads, {16}), expected) << level << ' ' << threads;
      EXPECT_EQ(encode(large.track, large.pixels, options, threads, {1, 300, 7, 64}, true), expected);
    }
  }
}

TEST(Png, FlatGraphicsAreSmall) {
  const Track track = make_track("rgb24", 1000, 1000);
  Bytes pixels(3000 * 1000, std::byte{0xff});
  for (std::size_t i = 0; i < pixels.size(); i += 3000 * 37 + 11) pixels[i] = std::byte{0};
  EXPECT_LT(test::encode(png_format, track, pixels).size(), pixels.size() / 400);
  EXPECT_LT(test::encode(png_format, track, pixels).size(),
            test::encode(png_format, track, pixels, {{"compression", "1"}}).size());
}

TEST(Png, FlushWritesCompleteBlocks) {
  const Large large;
  FormatOptions options(png_format.info.encode_options);
  std::size_t written = 0;
  Target target = Target::callbacks([&](std::span<const std::byte> piece) { written += piece.size(); }, [] {}, "out");
  const auto encoder = png_format.encoder({target, options, 3});
  encoder->begin({encoder->accept(large.track), {}});
  encoder->begin_frame({});
  encoder->flush();
  EXPECT_GE(written, 33u);  // the header
  Bytes copy = large.pixels;
  const Strip whole = packed_strip(*large.track.pixels, 700, 420, copy.data());
  encoder->write_rows(part_of(whole, 0, 125));  // 256 KiB are 124 rows
  encoder->flush();
  EXPECT_GT(written, 50000u);
}

TEST(Png, AcceptsWhatPngCanHold) {
  const auto accepted = [](Track track, const Options& given = {}) {
    FormatOptions options(png_format.info.encode_options);
    for (const auto& [name, value] : given) options.set(name, value);
    Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
    return png_format.encoder({target, options, 1})->accept(track);
  };
  const auto name = [&](std::string_view from, const Options& given = {}) {
    return accepted(make_track(from, 8, 8), given).pixels->name;
  };
  EXPECT_EQ(name("yuv420p"), "rgb24");
  EXPECT_EQ(name("yuva420p"), "rgba");
  EXPECT_EQ(name("yuv420p10le"), "rgb48le");
  EXPECT_EQ(name("gbrp"), "rgb24");
  EXPECT_EQ(name("gbrap16le"), "rgba64le");
  EXPECT_EQ(name("grayf32le"), "gray16le");
  EXPECT_EQ(name("rgbaf32le"), "rgba64le");
  EXPECT_EQ(name("rgb24", {{"bits", "16"}}), "rgb48le");
  EXPECT_EQ(name("gray16le", {{"bits", "8"}}), "gray");
  Track premultiplied = make_track("rgba", 8, 8);
  premultiplied.alpha = Alpha::Premultiplied;
  EXPECT_EQ(accepted(premultiplied).alpha, Alpha::Straight);
  const Track video = accepted(make_track("yuv420p", 8, 8));
  EXPECT_EQ(video.color.matrix, 0);
  EXPECT_EQ(video.color.range, Range::Full);
}

TEST(Png, SumsAbsolutesOfAnyLength) {
  std::vector<std::uint8_t> bytes(70000, 0x80);
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < 1000; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37);
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    if (i < 600 || i == bytes.size()) {
      ASSERT_EQ(kernels::sum_of_absolutes(bytes.data(), i), expected) << i;
    }
    if (i < bytes.size()) expected += static_cast<std::uint64_t>(std::abs(static_cast<std::int8_t>(bytes[i])));
  }
}

// ---- Every kind of PNG ----

TEST(Png, ReadsEveryColorTypeAndDepth) {
  const std::vector<std::pair<int, std::vector<int>>> kinds{{PNG_COLOR_TYPE_GRAY, {1, 2, 4, 8, 16}},
                                                            {PNG_COLOR_TYPE_RGB, {8, 16}},
                                                            {PNG_COLOR_TYPE_PALETTE, {1, 2, 4, 8}},
                                                            {PNG_COLOR_TYPE_GRAY_ALPHA, {8, 16}},
                                                            {PNG_COLOR_TYPE_RGB_ALPHA, {8, 16}}};
  for (const auto& [color_type, depths] : kinds) {
    for (const int depth : depths) {
      for (const bool interlaced : {false, true}) {
        for (const bool transparent : {false, true}) {
          if (transparent && (color_type & PNG_COLOR_MASK_ALPHA) != 0) continue;
          for (const std::uint32_t size : {1u, 5u, 33u}) {
            SCOPED_TRACE(testing::Message() << color_type << ' ' << depth << ' ' << interlaced << transparent << size);
            const std::string png = written_by_libpng({color_type, depth, interlaced, transparent}, size, size + 2);
            const Decoded decoded = decode(png, false, 4);
            EXPECT_EQ(decoded.pixels.at(0), reference(bytes_of(png)));
            const Track& track = decoded.picture.track;
            EXPECT_EQ(track.pixels->alpha, transparent || (color_type & PNG_COLOR_MASK_ALPHA) != 0);
            EXPECT_EQ(track.pixels->bits, std::max(depth, 8));
            EXPECT_EQ(track.bits, color_type == PNG_COLOR_TYPE_GRAY && depth < 8 ? depth : 0);
            EXPECT_EQ(meta_of(decoded).contains("palette"), color_type == PNG_COLOR_TYPE_PALETTE);
          }
        }
      }
    }
  }
}

TEST(Png, ReadsByteForByteAndIdatsOfAnyLength) {
  const Bytes expected = decode(small()).pixels.at(0);
  EXPECT_EQ(expected, reference(bytes_of(small())));
  for (const std::size_t idat : {1, 2, 3, 1000}) EXPECT_EQ(decode(small("", "", idat)).pixels.at(0), expected);
  EXPECT_EQ(test::decode_by_single_bytes(png_format, bytes_of(small())).pixels.at(0), expected);
  const std::string empty_idat = chunk("IDAT", "");
  EXPECT_EQ(decode(small(empty_idat, empty_idat)).pixels.at(0), expected);
  const std::string interlaced = written_by_libpng({PNG_COLOR_TYPE_RGB, 8, true, false}, 9, 9);
  EXPECT_EQ(test::decode_by_single_bytes(png_format, bytes_of(interlaced)).pixels.at(0),
            reference(bytes_of(interlaced)));
}

TEST(Png, ReadsLongRunsAndNoise) {
  // Runs make much of little input, so that the inflater holds output when its input is used up.
  const Track track = make_track("rgb24", 1000, 200);
  Bytes pixels = make_pixels(track);
  std::fill(pixels.begin(), pixels.begin() + 3000 * 150, std::byte{3});
  for (const char* level : {"0", "2", "9"}) {
    const Bytes png = test::encode(png_format, track, pixels, {{"compression", level}});
    EXPECT_EQ(test::decode(png_format, png).pixels.at(0), pixels);
    EXPECT_EQ(test::decode_by_single_bytes(png_format, png).pixels.at(0), pixels);
  }
}

TEST(Png, StopsBehindItsEnd) {
  const Bytes two = bytes_of(small() + small() + "more");
  Source source = Source::memory(two, "in");
  for (int i = 1; i <= 2; ++i) {
    EXPECT_EQ(test::decode(png_format, source).pixels.size(), 1u);
    EXPECT_EQ(source.position(), small().size() * static_cast<std::size_t>(i));
  }
}

TEST(Png, SendsRowsWhenTheInputWouldWait) {
  const std::string png = small("", "", 1);
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  Source source = Source::descriptor(ends[0], "in");
  source.end_header();
  const FormatOptions options(png_format.info.decode_options);
  std::uint32_t rows = 0;
  std::size_t sent = 0;
  const auto send_up_to = [&](std::size_t end) {
    ASSERT_EQ(write(ends[1], png.data() + sent, end - sent), static_cast<ssize_t>(end - sent));
    sent = end;
  };
  send_up_to(60);
  // Neither of them needs pixels.
  const auto decoder = png_format.decoder({source, options, false, [](const std::string&) {}});
  decoder->header();
  EXPECT_TRUE(decoder->next_frame());
  send_up_to(png.size() / 2);
  Strip strip = decoder->read_rows(100);
  EXPECT_GT(strip.rows, 0u);
  EXPECT_LT(strip.rows, small_height);
  rows = strip.rows;
  // All pixels, but neither the end of the compressed stream nor the bytes after it.
  send_up_to(png.size() - 12 - 13 * 2);
  strip = decoder->read_rows(100);
  EXPECT_EQ(strip.first, rows);
  EXPECT_EQ(strip.rows, small_height - 1 - rows);
  send_up_to(png.size());
  strip = decoder->read_rows(100);
  EXPECT_EQ(strip.rows, 1u);
  EXPECT_TRUE(strip.last);
  EXPECT_FALSE(decoder->next_frame());
  close(ends[1]);
}

}  // namespace
}  // namespace sl

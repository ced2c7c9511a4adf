// PNG both ways, against libpng itself: every kind of pixels, every level and filter, and what must be refused.

#include <png.h>
#include <unistd.h>
#include <zlib.h>

#include <array>

#include "libcore/json.h"
#include "libcore/limits.h"
#include "libcore/pixels/kernels.h"
#include "tests/unit/format_fixture.h"

namespace sl {

extern const Format png_format;

namespace {

using test::Bytes;
using test::bytes_of;
using test::Decoded;
using test::make_pixels;
using test::make_track;
using test::Options;
using test::text_of;
using namespace std::string_literals;

// ---- Helpers: chunks, and libpng as the reference ----

std::string be(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  return be(static_cast<std::uint32_t>(data.size())) + body +
         be(static_cast<std::uint32_t>(
             crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

std::string header(std::uint32_t width, std::uint32_t height, int depth, int color_type, int interlaced = 0) {
  std::string data = be(width) + be(height);
  for (const int value : {depth, color_type, 0, 0, interlaced}) data += static_cast<char>(value);
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", data);
}

std::string deflated(const std::string& raw) {
  std::string out(compressBound(raw.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
  return out.substr(0, size);
}

// A gray picture of 8 bits, 16 wide, with noise, these chunks around the pixels, and these IDATs.
constexpr std::uint32_t small_width = 16, small_height = 12;

std::string small_raw() {
  std::string raw;
  for (std::uint32_t y = 0; y < small_height; ++y) {
    raw += static_cast<char>(y % 5);  // each filter
    for (std::uint32_t x = 0; x < small_width; ++x) raw += static_cast<char>((x * 7919 + y * 104729) >> 3);
  }
  return raw;
}

std::string small(const std::string& before = {}, const std::string& behind = {}, std::size_t idat = 40,
                  const std::string& raw = small_raw()) {
  std::string png = header(small_width, small_height, 8, 0) + before;
  const std::string data = deflated(raw);
  for (std::size_t i = 0; i < data.size(); i += idat) png += chunk("IDAT", data.substr(i, idat));
  return png + behind + chunk("IEND", "");
}

Decoded decode(const std::string& png, bool salvage = false, std::uint32_t at_most = 1 << 20) {
  return test::decode(png_format, bytes_of(png), salvage, at_most);
}

std::string error_of(const std::string& png, Status status = Status::Data) {
  return test::decode_error(png_format, bytes_of(png), status);
}

Json meta_of(const Decoded& decoded) { return Json::parse(decoded.picture.track.rest).at("meta"); }

std::string attachment(const Picture& picture, std::string_view name) {
  for (const Attachment& a : picture.attachments) {
    if (a.name == name) return a.bytes;
  }
  return {};
}

[[noreturn]] void on_error(png_structp, png_const_charp message) { throw std::runtime_error(message); }
void on_warning(png_structp, png_const_charp message) { ADD_FAILURE() << message; }

// What libpng with zlib makes of it: 8 or 16 bits (in our byte order), expanded.
Bytes reference(std::span<const std::byte> png) {
  png_structp read = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png_create_info_struct(read);
  png_set_read_fn(read, &png, [](png_structp p, png_bytep into, std::size_t count) {
    auto& rest = *static_cast<std::span<const std::byte>*>(png_get_io_ptr(p));
    if (rest.size() < count) throw std::runtime_error("end");
    std::memcpy(into, rest.data(), count);
    rest = rest.subspan(count);
  });
  png_read_info(read, info);
  png_set_expand(read);
  if (png_get_bit_depth(read, info) == 16) png_set_swap(read);
  png_set_interlace_handling(read);
  png_read_update_info(read, info);
  const std::size_t row = png_get_rowbytes(read, info), height = png_get_image_height(read, info);
  Bytes pixels(row * height);
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < height; ++y) rows.push_back(reinterpret_cast<png_bytep>(pixels.data() + y * row));
  png_read_image(read, rows.data());
  png_read_end(read, nullptr);
  png_destroy_read_struct(&read, &info, nullptr);
  return pixels;
}

struct Kind {
  int color_type, depth;
  bool interlaced, transparent;
};

// A picture of that kind, written by libpng.
std::string written_by_libpng(const Kind& kind, std::uint32_t width, std::uint32_t height) {
  std::string out;
  png_structp write = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png_create_info_struct(write);
  png_set_write_fn(
      write, &out,
      [](png_structp p, png_bytep data, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(p))->append(reinterpret_cast<char*>(data), count);
      },
      [](png_structp) {});
  png_set_IHDR(write, info, width, height, kind.depth, kind.color_type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  std::array<png_color, 256> palette;
  std::array<png_byte, 256> alphas;
  for (int i = 0; i < 256; ++i) {
    const auto n = static_cast<png_byte>(i);
    palette[n] = {static_cast<png_byte>(n * 3), static_cast<png_byte>(255 - n), static_cast<png_byte>(n ^ 0x55)};
    alphas[n] = static_cast<png_byte>(n * 5);
  }
  const int colors = 1 << kind.depth;
  if (kind.color_type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(write, info, palette.data(), colors);
  if (kind.transparent && kind.color_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_tRNS(write, info, alphas.data(), colors / 2 + 1, nullptr);
  } else if (kind.transparent) {
    const png_uint_16 value = kind.depth == 16 ? 0x4141 : kind.depth == 8 ? 0x41 : 1;
    png_color_16 color{0, value, value, value, value};
    png_set_tRNS(write, info, nullptr, 0, &color);
  }
  png_set_interlace_handling(write);
  png_write_info(write, info);
  const std::size_t row = png_get_rowbytes(write, info);
  std::vector<png_byte> pixels(row * height);
  std::uint32_t state = 7;
  for (png_byte& byte : pixels) byte = static_cast<png_byte>((state = state * 1664525u + 1013904223u) >> 24) | 0x41;
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < height; ++y) rows.push_back(pixels.data() + y * row);
  png_write_image(write, rows.data());
  png_write_end(write, info);
  png_destroy_write_struct(&write, &info);
  return out;
}

// Encodes in strips of these heights, over and over, with this many threads.
Bytes encode(const Track& track, const Bytes& pixels, const Options& given, int threads,
             const std::vector<std::uint32_t>& cuts, bool flush = false) {
  FormatOptions options(png_format.encode_options);
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
  FormatOptions options(png_format.encode_options);
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
    FormatOptions options(png_format.encode_options);
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
  const FormatOptions options(png_format.decode_options);
  const auto decoder = png_format.decoder({source, options, false, [](const std::string&) {}});
  std::uint32_t rows = 0;
  std::size_t sent = 0;
  std::vector<std::uint32_t> strips;
  const auto send_up_to = [&](std::size_t end) {
    ASSERT_EQ(write(ends[1], png.data() + sent, end - sent), static_cast<ssize_t>(end - sent));
    sent = end;
  };
  send_up_to(60);
  decoder->header();  // needs no pixels
  EXPECT_TRUE(decoder->next_frame());
  send_up_to(png.size() / 2);
  Strip strip = decoder->read_rows(100);
  EXPECT_GT(strip.rows, 0u);
  EXPECT_LT(strip.rows, small_height);
  rows = strip.rows;
  // All pixels, but neither the end of the compressed stream nor what follows it.
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

// ---- Metadata ----

TEST(Png, KnowsColors) {
  const auto color = [](const std::string& chunks) { return decode(small(chunks)).picture.track.color; };
  const std::string srgb = chunk("sRGB", "\0"s), gamma = chunk("gAMA", be(45455)), linear = chunk("gAMA", be(100000));
  std::string xy;
  for (const std::uint32_t value : {31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600}) xy += be(value);
  const std::string wide = chunk("cHRM", xy);
  const auto is = [&](const std::string& chunks, int primaries, int transfer) {
    const Color c = color(chunks);
    return c.primaries == primaries && c.transfer == transfer;
  };
  EXPECT_TRUE(is("", 2, 2));
  EXPECT_TRUE(is(srgb, 1, 13));
  EXPECT_TRUE(is(gamma, 2, 4));
  EXPECT_TRUE(is(linear + wide, 9, 8));
  EXPECT_TRUE(is(chunk("gAMA", be(60000)), 2, 2));
  EXPECT_NEAR(meta_of(decode(small(chunk("gAMA", be(60000))))).at("gamma").get<double>(), 0.6, 1e-9);
  EXPECT_TRUE(is(srgb + chunk("cICP", "\x09\x10\0\x01"s), 9, 16));
  EXPECT_EQ(color(chunk("cICP", "\x09\x10\0\x01"s)).range, Range::Full);
  EXPECT_EQ(color(chunk("cICP", "\x09\x10\0\0"s)).range, Range::Limited);
  EXPECT_TRUE(is(chunk("cICP", "\x09\x10\x09\x01"), 2, 2));  // a matrix that PNG cannot have
}

TEST(Png, ColorsComeBack) {
  for (const auto& [primaries, transfer] :
       {std::pair{1, 13}, {9, 16}, {12, 13}, {1, 1}, {2, 2}, {2, 8}, {9, 2}, {1, 4}}) {
    Track track = make_track("rgb24", 3, 3);
    track.color.primaries = primaries;
    track.color.transfer = transfer;
    const Bytes png = test::encode(png_format, track, make_pixels(track));
    EXPECT_EQ(test::decode(png_format, png).picture.track.color, track.color) << primaries << ' ' << transfer;
    EXPECT_FALSE(reference(png).empty());
  }
}

TEST(Png, KeepsTexts) {
  const std::string inflatable = deflated("squeezed");
  const Json text =
      meta_of(decode(small(chunk("tEXt", "Title\0caf\xe9"s) + chunk("zTXt", "Comment\0\0"s + inflatable) +
                           chunk("iTXt", "Author\0\0\0de\0Autor\0\xce\xb1\xff"s) +
                           chunk("iTXt", "Source\0\1\0\0\0"s + inflatable) + chunk("tEXt", "Title\0two"s) +
                           chunk("tEXt", "no end") + chunk("zTXt", "Bad\0\0xxxx"s))))
          .at("text");
  EXPECT_EQ(text.size(), 4u);
  EXPECT_EQ(text.at("Title"), "caf\xc3\xa9\ntwo");
  EXPECT_EQ(text.at("Comment"), "squeezed");
  EXPECT_EQ(text.at("Author"), "\xce\xb1\xef\xbf\xbd");
  EXPECT_EQ(text.at("Source"), "squeezed");
}

TEST(Png, TextsProfilesAndShapeComeBack) {
  Picture picture{make_track("rgb24", 4, 3), {}};
  std::string profile = text_of(make_pixels(make_track("gray", 300, 1)));
  profile.replace(0, 4, be(300)).replace(8, 12, "\4\0\0\0mntrRGB XYZ "s.substr(0, 12)).replace(16, 4, "RGB ");
  profile.replace(12, 4, "mntr").replace(20, 4, "XYZ ").replace(36, 4, "acsp");
  profile.replace(64, 4, be(0)).replace(128, 4, be(0)).replace(68, 12, be(0xf6d6) + be(0x10000) + be(0xd32d));
  const std::string exif = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"s;
  picture.attachments = {{"icc", profile, 0}, {"exif", exif, 0}, {"xmp", "<x:xmpmeta/>", 0}};
  picture.track.rest =
      R"({"meta":{"format":"PNG","text":{"Title":"caf\u00e9","Author":"\u03b1","bad\u03b1":"x","Number":7}},"x":1})";
  picture.track.sample_aspect = {2, 1};
  const Bytes png = test::encode(png_format, picture, {Frame{}}, {make_pixels(picture.track)});
  EXPECT_FALSE(reference(png).empty());
  const Decoded decoded = test::decode(png_format, png);
  EXPECT_TRUE(decoded.warnings.empty());
  EXPECT_EQ(attachment(decoded.picture, "icc"), profile);
  EXPECT_EQ(attachment(decoded.picture, "exif"), exif);
  EXPECT_EQ(attachment(decoded.picture, "xmp"), "<x:xmpmeta/>");
  EXPECT_EQ(decoded.picture.track.orientation, 6);
  EXPECT_EQ(decoded.picture.track.sample_aspect, (Rational{2, 1}));
  EXPECT_EQ(meta_of(decoded).at("text"), Json::parse(R"({"Title":"caf\u00e9","Author":"\u03b1"})"));
  EXPECT_EQ(test::decode(png_format, png, false, 100, {{"no-orient", "1"}}).picture.track.orientation, 1);
}

TEST(Png, WritesTheOrientationOfTheTrack) {
  Track track = make_track("gray", 4, 3);
  track.orientation = 8;
  const Bytes png = test::encode(png_format, track, make_pixels(track));
  EXPECT_EQ(test::decode(png_format, png).picture.track.orientation, 8);
}

TEST(Png, LeavesOutProfilesOfOtherPixels) {
  Picture picture{make_track("gray", 4, 3), {{"icc", std::string(16, '\0') + "RGB " + std::string(200, '\0'), 0}}};
  const Bytes png = test::encode(png_format, picture, {Frame{}}, {make_pixels(picture.track)});
  EXPECT_EQ(text_of(png).find("iCCP"), std::string::npos);
}

TEST(Png, KeepsDensityAndPrecision) {
  const Decoded decoded = decode(small(chunk("sBIT", "\5") + chunk("pHYs", be(2835) + be(1417) + "\1")));
  EXPECT_EQ(decoded.picture.track.bits, 5);
  EXPECT_EQ(decoded.picture.track.sample_aspect, Rational{});
  EXPECT_EQ(meta_of(decoded).at("density"), (Json{2835, 1417}));
  const Bytes again = test::encode(png_format, decoded.picture.track, decoded.pixels.at(0));
  EXPECT_EQ(meta_of(test::decode(png_format, again)).at("density"), (Json{2835, 1417}));
}

TEST(Png, NamesAnimations) {
  const Decoded decoded = decode(small(chunk("acTL", be(2) + be(0))));
  ASSERT_EQ(decoded.warnings.size(), 1u);
  EXPECT_NE(decoded.warnings[0].find("animation"), std::string::npos);
}

TEST(Png, BoundsTexts) {
  std::string many;
  for (int i = 0; i < 900; ++i) many += chunk("tEXt", "Key" + std::to_string(i) + "\0"s + std::string(200, '"'));
  const Decoded decoded = decode(small(many + chunk("zTXt", "Bomb\0\0"s + deflated(std::string(10 << 20, 'x')))));
  EXPECT_LT(decoded.picture.track.rest.size(), 60u << 10);
  EXPECT_GT(decoded.picture.track.rest.size(), 40u << 10);
  EXPECT_FALSE(decoded.warnings.empty());
  EXPECT_LE(decoded.warnings.size(), 10u);
}

TEST(Png, LimitsMetadata) {
  const Limits before = limits();
  limits().metadata = 100000;
  const std::string head = "XML:com.adobe.xmp\0\1\0\0\0"s;
  EXPECT_NE(
      error_of(small(chunk("iTXt", head + deflated(std::string(200000, 'x')))), Status::Limit).find("--max-metadata"),
      std::string::npos);
  EXPECT_NE(error_of(small(chunk("tEXt", std::string(200000, 'x'))), Status::Limit).find("--max-metadata"),
            std::string::npos);
  limits() = before;
}

// ---- Bad input ----

TEST(Png, RefusesEveryPrefix) {
  for (const std::string& png :
       {small(chunk("tEXt", "Title\0x"s)), written_by_libpng({PNG_COLOR_TYPE_RGB, 8, true, false}, 5, 5)}) {
    for (std::size_t length = 8; length < png.size(); ++length) {
      const std::string message = error_of(png.substr(0, length));
      ASSERT_TRUE(message.starts_with("in: PNG: ")) << length << message;
      EXPECT_NE(message.find("truncated"), std::string::npos) << length << message;
    }
  }
  const std::string png = small("", "", 1000);
  EXPECT_EQ(error_of(png.substr(0, png.size() - 3)), "in: PNG: truncated after row 12 of 12");
  EXPECT_EQ(error_of(png.substr(0, 20)), "in: PNG: truncated in the header");
}

TEST(Png, NamesTheRowOfATruncation) {
  // Stored, so that it is known which bytes are which row.
  const Track track = make_track("gray", 100, 50);
  const std::string png = text_of(test::encode(png_format, track, make_pixels(track), {{"compression", "0"}}));
  const std::size_t first_row = 8 + 25 + 8 + 2 + 5;
  EXPECT_EQ(error_of(png.substr(0, first_row + 20 * 101)), "in: PNG: truncated after row 20 of 50");
  EXPECT_EQ(error_of(png.substr(0, first_row + 20 * 101 + 50)), "in: PNG: truncated after row 20 of 50");
}

TEST(Png, SurvivesEveryFlippedByte) {
  const std::string png = small(chunk("tEXt", "Title\0x"s) + chunk("sRGB", "\0"s));
  for (const bool salvage : {false, true}) {
    for (std::size_t i = 0; i < png.size(); ++i) {
      std::string bad = png;
      bad[i] = static_cast<char>(bad[i] ^ 0x55);
      try {
        decode(bad, salvage);
        EXPECT_TRUE(salvage) << "byte " << i << " was not missed";
      } catch (const Error& error) {
        EXPECT_TRUE(error.status() == Status::Data || error.status() == Status::Limit) << error.what();
      }
    }
  }
}

TEST(Png, RefusesWrongChecksums) {
  const std::string png = small(chunk("tEXt", "Title\0x"s), chunk("tEXt", "Late\0y"s));
  const auto broken = [&](const std::string& type, std::size_t data) {
    std::string bad = png;
    bad[bad.rfind(type) + 4 + data] ^= 1;  // the first byte of the CRC
    return error_of(bad);
  };
  EXPECT_EQ(broken("IHDR", 13), "in: PNG: IHDR: CRC error");
  EXPECT_EQ(broken("tEXt", 6), "in: PNG: tEXt: CRC error at row 12 of 12");
  EXPECT_EQ(broken("IEND", 0), "in: PNG: IEND: CRC error at row 12 of 12");
  std::string bad = small(chunk("tEXt", "Title\0x"s));
  bad[bad.find("tEXt") + 4 + 7] ^= 1;
  EXPECT_EQ(error_of(bad), "in: PNG: tEXt: CRC error");
  bad = png;
  bad[bad.find("IDAT") + 4 + 40] ^= 1;
  EXPECT_TRUE(error_of(bad).starts_with("in: PNG: IDAT: CRC error at row ")) << error_of(bad);
  // A wrong Adler in a chunk whose CRC is right.
  std::string data = deflated(small_raw());
  data.back() ^= 1;
  EXPECT_EQ(error_of(header(small_width, small_height, 8, 0) + chunk("IDAT", data) + chunk("IEND", "")),
            "in: PNG: wrong checksum of the compressed pixels at row 12 of 12");
}

TEST(Png, RefusesTooFewPixelsAndPassesOverTooMany) {
  const std::string raw = small_raw();
  const std::string few = error_of(small("", "", 1000, raw.substr(0, 17 * 5 + 3)));
  EXPECT_EQ(few, "in: PNG: Not enough image data at row 5 of 12");
  const Decoded many = decode(small("", "", 7, raw + std::string(100000, 'x')));
  EXPECT_EQ(many.pixels.at(0), decode(small()).pixels.at(0));
  ASSERT_EQ(many.warnings.size(), 1u);
  EXPECT_NE(many.warnings[0].find("more pixels"), std::string::npos);
}

TEST(Png, RefusesBadHeaders) {
  const std::string rest = chunk("IDAT", deflated(small_raw())) + chunk("IEND", "");
  EXPECT_FALSE(error_of(header(16, 12, 8, 1) + rest).empty());  // colour type
  EXPECT_FALSE(error_of(header(16, 12, 9, 0) + rest).empty());  // depth
  EXPECT_FALSE(error_of(header(0, 12, 8, 0) + rest).empty());   // width
  EXPECT_FALSE(error_of(header(16, 12, 8, 3) + rest).empty());  // palette missing
  EXPECT_FALSE(error_of(header(16, 12, 8, 0) + chunk("IEND", "")).empty());
  EXPECT_FALSE(error_of(header(16, 12, 8, 0) + chunk("CgBI", "abcd") + rest).empty());  // critical and unknown
}

TEST(Png, LimitsSizesBeforeMemoryIsTaken) {
  const std::string rest = chunk("IDAT", deflated("x")) + chunk("IEND", "");
  EXPECT_NE(error_of(header(0x7fffffff, 0x7fffffff, 16, 6) + rest, Status::Limit).find("--max-pixels"),
            std::string::npos);
  EXPECT_NE(error_of(header(30000, 30000, 1, 0) + rest, Status::Limit).find("--max-pixels"), std::string::npos);
  EXPECT_NE(error_of(header(20000, 20000, 16, 6, 1) + rest, Status::Limit).find("--max-memory"), std::string::npos);
}

TEST(Png, SalvagesWhatCameBeforeTheDamage) {
  const Track track = make_track("rgb24", 90, 50);
  const Bytes pixels = make_pixels(track);
  const std::string png = text_of(test::encode(png_format, track, pixels, {{"compression", "0"}}));
  const std::size_t row = 271, first_row = 8 + 25 + 8 + 2 + 5;
  const Decoded cut = decode(png.substr(0, first_row + row * 20 + 9), true, 16);
  EXPECT_EQ(cut.damaged.size(), 30u);
  EXPECT_EQ(cut.damaged.front(), 20u);
  ASSERT_EQ(cut.warnings.size(), 1u);
  EXPECT_EQ(cut.warnings[0], "PNG: truncated after row 20 of 50");
  Bytes expected = pixels;
  std::fill(expected.begin() + 270 * 20, expected.end(), std::byte{0});
  EXPECT_EQ(cut.pixels.at(0), expected);

  std::string bad = png;
  bad[bad.size() - 12 - 4] ^= 1;  // the CRC of the pixels: nothing is known to be lost
  const Decoded checked = decode(bad, true);
  EXPECT_EQ(checked.pixels.at(0), pixels);
  EXPECT_FALSE(checked.damaged.empty());
  EXPECT_EQ(checked.warnings.size(), 1u);

  const Bytes two = bytes_of(small("", "", 1000, small_raw().substr(0, 100)) + small());
  Source source = Source::memory(two, "in");
  EXPECT_FALSE(test::decode(png_format, source, true).damaged.empty());
  EXPECT_TRUE(test::decode(png_format, source, true).damaged.empty());  // the one behind it is found
}

TEST(Png, SalvagesInterlacedPicturesCoarsely) {
  const std::string png = written_by_libpng({PNG_COLOR_TYPE_GRAY, 8, true, false}, 64, 64);
  const Decoded decoded = decode(png.substr(0, png.size() / 2), true);
  EXPECT_EQ(decoded.damaged.size(), 64u);
  ASSERT_EQ(decoded.warnings.size(), 1u);
  EXPECT_EQ(decoded.warnings[0], "PNG: truncated after row 58 of 64 in pass 6 of 7");
}

// Exceptions are thrown through libpng's C frames, from its callbacks for errors and for reading.
TEST(Png, ExceptionsPassThroughLibpng) {
  const std::string png = small(chunk("tEXt", "Title\0x"s));
  for (std::size_t limit = 0; limit < png.size(); ++limit) {
    std::size_t at = 0;
    const auto read = [&](std::span<std::byte> into) -> std::size_t {
      if (at == limit) throw Error(Status::Io, "the disk is gone");
      const std::size_t count = std::min({into.size(), std::size_t{7}, limit - at});
      std::memcpy(into.data(), png.data() + at, count);
      at += count;
      return count;
    };
    Source source = Source::callbacks(read, {}, "in");
    try {
      test::decode(png_format, source);
      ADD_FAILURE() << limit;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::Io);
      EXPECT_STREQ(error.what(), "the disk is gone");
    }
  }
}

TEST(Png, IsKnownByItsContent) {
  EXPECT_TRUE(png_format.sniff(bytes_of(small().substr(0, 8))));
  EXPECT_FALSE(png_format.sniff(bytes_of(small().substr(0, 7))));
  EXPECT_FALSE(png_format.sniff(bytes_of("\x8aMNG\r\n\x1a\n")));
}

}  // namespace
}  // namespace sl

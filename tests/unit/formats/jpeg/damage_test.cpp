// JPEG that is cut, damaged, too large, slow to come, or followed by something else.

#include "tests/unit/formats/jpeg/jpeg_fixture.h"

namespace {

using namespace sl;
using namespace sl::test;
using namespace sl::test::jpeg;

// ---- Bad input ----

TEST(Jpeg, EveryPrefixFailsCleanly) {
  for (const bool progressive : {false, true}) {
    const Bytes jpeg = make_jpeg({.width = 33, .height = 40, .progressive = progressive});
    const std::size_t data = scan_start(jpeg);
    for (std::size_t size = 0; size < jpeg.size(); ++size) {
      const Bytes cut(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string message = decode_error(jpeg_format, cut);
      ASSERT_NE(message.find("in: JPEG: truncated"), std::string::npos) << size << ": " << message;
      if (size < data) {
        EXPECT_NE(message.find("in the header"), std::string::npos) << message;
      } else if (!progressive && size < jpeg.size() - 2) {
        EXPECT_TRUE(message.ends_with(" of 40") || message.ends_with("no end marker")) << message;
      }
      if (size < data) continue;
      const Decoded saved = decode(jpeg_format, cut, true);
      ASSERT_EQ(saved.pixels.size(), 1u);
      EXPECT_EQ(saved.warnings.size(), 1u);
    }
  }
}

TEST(Jpeg, EveryFlippedByteIsHarmless) {
  for (int kind = 0; kind < 4; ++kind) {
    Spec spec{.width = 17, .height = 24};
    spec.progressive = kind % 2 == 1;
    spec.arithmetic = kind / 2 == 1;
    spec.restart = 1;
    const Bytes jpeg = make_jpeg(spec);
    for (std::size_t at = 0; at < jpeg.size(); ++at) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        Bytes flipped = jpeg;
        flipped[at] ^= static_cast<std::byte>(flip);
        const std::uint64_t before = std::exchange(limits().pixels, 1 << 16);
        for (const bool salvage : {false, true}) {
          try {
            decode(jpeg_format, flipped, salvage);
          } catch (const Error& error) {
            EXPECT_TRUE(error.status() == Status::Data || error.status() == Status::Limit) << error.what();
          }
        }
        limits().pixels = before;
      }
    }
  }
}

TEST(Jpeg, DamageIsAnErrorUnlessSalvaged) {
  const Bytes good = make_jpeg({.width = 64, .height = 96, .restart = 4});  // one restart marker after each row of MCUs
  Bytes bad = good;
  // The third restart marker turns up as another one.
  int seen = 0;
  for (std::size_t i = scan_start(bad); i + 1 < bad.size(); ++i) {
    if (bad[i] == std::byte{0xff} && (bad[i + 1] & std::byte{0xf8}) == std::byte{0xd0} && ++seen == 3)
      bad[i + 1] ^= std::byte{4};
  }
  ASSERT_GE(seen, 3);
  const std::string message = decode_error(jpeg_format, bad);
  EXPECT_NE(message.find("in: JPEG: found marker 0xd6 instead of RST2 at row 48 of 96"), std::string::npos) << message;
  const Decoded saved = decode(jpeg_format, bad, true);
  ASSERT_EQ(saved.warnings.size(), 1u);
  EXPECT_EQ(saved.warnings[0], "damaged from row 48 of 96: found marker 0xd6 instead of RST2");
  ASSERT_EQ(saved.damaged.size(), 48u);
  EXPECT_EQ(saved.damaged[0], 48u);
  const Decoded whole = decode(jpeg_format, good);
  EXPECT_TRUE(std::equal(saved.pixels[0].begin(), saved.pixels[0].begin() + 64 * 48, whole.pixels[0].begin()));
}

TEST(Jpeg, CodedDataThatIsLeftOverIsDamage) {
  for (const bool progressive : {false, true}) {
    const Bytes good = make_jpeg({.width = 64, .height = 48, .progressive = progressive});
    const auto with = [&](const Bytes& left) {
      Bytes bytes = good;
      bytes.insert(bytes.end() - 2, left.begin(), left.end());
      return bytes;
    };
    for (const std::size_t size : {1u, 20u, 5000u}) {
      for (const int padding : {0x00, 0xff}) {
        const Bytes padded = with(Bytes(size, static_cast<std::byte>(padding)));
        EXPECT_EQ(decode(jpeg_format, padded).pixels, decode(jpeg_format, good).pixels);
        EXPECT_EQ(decode_by_single_bytes(jpeg_format, padded).pixels, decode(jpeg_format, good).pixels);
      }
    }
    for (const std::size_t size : {20u, 5000u, 100000u}) {
      Bytes left(size);
      left[size - 3] = std::byte{0x5a};  // the only one that is no padding; libjpeg has read some of the first ones
      const std::string message = decode_error(jpeg_format, with(left));
      EXPECT_NE(message.find("extraneous bytes before marker 0xd9"), std::string::npos) << message;
      EXPECT_EQ(decode(jpeg_format, with(left), true).pixels, decode(jpeg_format, good).pixels);
    }
  }
}

TEST(Jpeg, AWrongThirdByteIsPassedOverAndReported) {
  const Bytes good = make_jpeg({});
  for (const int third : {0x7f, 0xfe, 0xbf}) {
    Bytes bad = good;
    bad[2] = static_cast<std::byte>(third);
    const Decoded decoded = decode(jpeg_format, bad);
    EXPECT_EQ(decoded.pixels, decode(jpeg_format, good).pixels);
    EXPECT_EQ(decoded.warnings.size(), 1u);
    bad.resize(bad.size() / 2);
    EXPECT_NE(decode_error(jpeg_format, bad).find("truncated"), std::string::npos);
  }
}

TEST(Jpeg, RefusesByName) {
  const Bytes good = make_jpeg({});
  const auto changed = [&](std::size_t offset, int value) {
    Bytes bytes = good;
    bytes[marker(bytes, 0xc0) + offset] = static_cast<std::byte>(value);
    return decode_error(jpeg_format, bytes);
  };
  EXPECT_EQ(changed(4, 12), "in: JPEG: 12-bit JPEG is not supported");
  EXPECT_EQ(changed(1, 0xc3), "in: JPEG: lossless JPEG (SOF3) is not supported");
  EXPECT_EQ(changed(1, 0xc5), "in: JPEG: hierarchical JPEG (SOF5) is not supported");
  EXPECT_EQ(changed(1, 0xf7), "in: JPEG: JPEG-LS (SOF55) is not supported");
  EXPECT_EQ(changed(6, 0), "in: JPEG: height 0: one that follows the picture (DNL) is not supported");
  EXPECT_EQ(changed(8, 0), "in: JPEG: width 0");
}

TEST(Jpeg, ChecksLimitsFirst) {
  Bytes huge = make_jpeg({.progressive = true});
  const std::size_t frame = marker(huge, 0xc2);
  for (const std::size_t i : {5u, 7u}) huge[frame + i] = std::byte{0xf0};
  EXPECT_NE(decode_error(jpeg_format, huge, Status::Limit).find("--max-pixels"), std::string::npos);
  const std::uint64_t before = std::exchange(limits().pixels, std::uint64_t{1} << 40);
  EXPECT_NE(decode_error(jpeg_format, huge, Status::Limit).find("--max-memory"), std::string::npos);
  limits().pixels = before;
}

TEST(Jpeg, StopsAtTooManyScans) {
  const Bytes jpeg = make_jpeg({.width = 8, .height = 8, .space = JCS_GRAYSCALE, .sampling = {}, .progressive = true});
  // The first scan over and over.
  std::size_t second = scan_start(jpeg);
  while (jpeg[second] != std::byte{0xff} || jpeg[second + 1] == std::byte{0}) ++second;
  const std::size_t first = marker(jpeg, 0xda);
  Bytes bomb(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(second));
  for (int i = 0; i < 1000; ++i) {
    bomb.insert(bomb.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(first),
                jpeg.begin() + static_cast<std::ptrdiff_t>(second));
  }
  FormatOptions options(jpeg_format.info.decode_options);
  Source source = Source::memory(bomb, "in");
  source.end_header();
  const auto decoder = jpeg_format.decoder({source, options, true, [](const std::string&) {}});
  (void)decoder->header();
  (void)decoder->next_frame();
  EXPECT_LT(source.position(), bomb.size() + 1);
  EXPECT_NE(decode_error(jpeg_format, bomb), "");
}

// ---- Streams ----

TEST(Jpeg, StopsBehindItsOwnEnd) {
  for (const bool progressive : {false, true}) {
    const Bytes jpeg = make_jpeg({.progressive = progressive});
    Bytes two = jpeg;
    two.insert(two.end(), jpeg.begin(), jpeg.end());
    two.push_back(std::byte{'!'});
    Source source = Source::memory(two, "in");
    EXPECT_EQ(decode(jpeg_format, source).pixels, decode(jpeg_format, jpeg).pixels);
    EXPECT_EQ(source.position(), jpeg.size());
    EXPECT_EQ(decode(jpeg_format, source).pixels, decode(jpeg_format, jpeg).pixels);
    EXPECT_EQ(source.position(), 2 * jpeg.size());
  }
}

TEST(Jpeg, GivesRowsWhileTheInputIsStillToCome) {
  const Bytes jpeg = make_jpeg({.width = 64, .height = 256});
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const std::size_t half = scan_start(jpeg) + (jpeg.size() - scan_start(jpeg)) / 2;
  ASSERT_EQ(write(ends[1], jpeg.data(), half), static_cast<ssize_t>(half));
  Source source = Source::descriptor(ends[0], "in");
  source.end_header();
  const FormatOptions options(jpeg_format.info.decode_options);
  const auto decoder = jpeg_format.decoder({source, options, false, {}});
  (void)decoder->header();
  ASSERT_TRUE(decoder->next_frame().has_value());
  std::uint32_t rows = decoder->read_rows(256).rows;
  EXPECT_GE(rows, 64u);
  EXPECT_LT(rows, 192u);
  ASSERT_EQ(write(ends[1], jpeg.data() + half, jpeg.size() - half), static_cast<ssize_t>(jpeg.size() - half));
  close(ends[1]);
  while (rows < 256) rows += decoder->read_rows(256).rows;
  EXPECT_FALSE(decoder->next_frame().has_value());
}

// ---- Exceptions through libjpeg ----

TEST(Jpeg, ExceptionsPassThroughLibjpeg) {
  const Bytes jpeg = make_jpeg({.width = 64, .height = 64});
  for (std::size_t limit = 0; limit < jpeg.size(); limit += 50) {
    std::size_t at = 0;
    const auto read = [&](std::span<std::byte> into) -> std::size_t {
      if (at >= limit) throw Error(Status::Io, "the disk failed");
      const std::size_t count = std::min({into.size(), limit - at, std::size_t{50}});
      std::memcpy(into.data(), jpeg.data() + at, count);
      at += count;
      return count;
    };
    Source source = Source::callbacks(read, {}, "in");
    try {
      decode(jpeg_format, source);
      ADD_FAILURE() << "no exception at " << limit;
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "the disk failed");
    }
  }
}

TEST(Jpeg, ExceptionsOfTheTargetPassThroughLibjpeg) {
  const Track track = jpeg_track("yuv444p", 640, 640);
  Bytes pixels(strip_bytes(*track.pixels, 640, 640));
  std::uint32_t state = 1;
  for (std::byte& byte : pixels) byte = static_cast<std::byte>((state = state * 1664525u + 1013904223u) >> 24);
  const FormatOptions options(jpeg_format.info.encode_options);
  Target target =
      Target::callbacks([](std::span<const std::byte>) { throw Error(Status::Io, "the disk is full"); }, [] {}, "out");
  const auto encoder = jpeg_format.encoder({target, options, 1});
  encoder->begin({track, {}});
  encoder->begin_frame({});
  try {
    encoder->write_rows(packed_strip(*track.pixels, 640, 640, pixels.data()));
    encoder->finish();
    target.flush();
    ADD_FAILURE() << "no exception";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the disk is full");
  }
  target.discard();
}

TEST(Jpeg, IsRecognisedByContent) {
  EXPECT_TRUE(jpeg_format.info.sniff(bytes_of("\xff\xd8\xff\xe0")));
  EXPECT_TRUE(jpeg_format.info.sniff(bytes_of("\xff\xd8")));
  EXPECT_FALSE(jpeg_format.info.sniff(bytes_of("\xff")));
  EXPECT_TRUE(jpeg_format.info.sniff(bytes_of("\xff\xd8\x7f\xe0")));  // damaged, but no other program's
  EXPECT_FALSE(jpeg_format.info.sniff({}));
}

}  // namespace

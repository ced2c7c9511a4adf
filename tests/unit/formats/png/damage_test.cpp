// PNG's metadata both ways, its limits, and what must be refused or can be salvaged.

#include "libcore/base/limits.h"
#include "tests/unit/formats/png/png_fixture.h"

namespace sl {
namespace {

using namespace test;
using namespace test::png;

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
  EXPECT_NE(attachment(decode(small(chunk("gAMA", be(60000)))).picture, "icc"), "");
  EXPECT_EQ(attachment(decode(small(gamma)).picture, "icc"), "");
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
  EXPECT_EQ(decoded.picture.track.orientation, 1) << "it is left in EXIF";
  EXPECT_EQ(decoded.picture.track.sample_aspect, (Rational{2, 1}));
  EXPECT_EQ(meta_of(decoded).at("text"), Json::parse(R"({"Title":"caf\u00e9","Author":"\u03b1"})"));
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
  EXPECT_EQ(meta_of(decoded).at("density"), "2835x1417 per m");
  const Bytes again = test::encode(png_format, decoded.picture.track, decoded.pixels.at(0));
  EXPECT_EQ(meta_of(test::decode(png_format, again)).at("density"), "2835x1417 per m");
}

TEST(Png, RefusesAnimationsWithoutFrames) {
  EXPECT_NE(error_of(small(chunk("acTL", be(2) + be(0)))).find("no frame of the animation"), std::string::npos);
}

TEST(Png, BoundsTexts) {
  std::string many;
  for (int i = 0; i < 900; ++i) many += chunk("tEXt", "Key" + std::to_string(i) + "\0"s + std::string(200, '"'));
  const Decoded decoded = decode(small(many + chunk("zTXt", "Bomb\0\0"s + deflated(std::string(10 << 20, 'x')))));
  EXPECT_LT(decoded.picture.track.rest.size(), 60u << 10);
  EXPECT_GT(decoded.picture.track.rest.size(), 40u << 10);
  EXPECT_GT(attachment(decoded.picture, "text").size(), 10u << 20) << "the rest";
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
        const Decoded decoded = decode(bad, salvage);
        EXPECT_TRUE(salvage || !decoded.warnings.empty()) << "byte " << i << " was not missed";
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
  EXPECT_EQ(broken("IEND", 0), "in: PNG: IEND: CRC error at row 12 of 12");
  std::string bad = small(chunk("tEXt", "Title\0x"s));
  bad[bad.find("tEXt") + 4 + 7] ^= 1;
  EXPECT_EQ(error_of(bad), "");
  bad = png;
  bad[bad.find("IDAT") + 4 + 40] ^= 1;
  EXPECT_TRUE(error_of(bad).starts_with("in: PNG: IDAT: CRC error at row ")) << error_of(bad);
  // A wrong Adler in a chunk whose CRC is right.
  std::string data = deflated(small_raw());
  data.back() ^= 1;
  EXPECT_EQ(error_of(header(small_width, small_height, 8, 0) + chunk("IDAT", data) + chunk("IEND", "")),
            "in: PNG: wrong checksum of the compressed pixels at row 12 of 12");
}

TEST(Png, LeavesOutAncillaryChunksWithAWrongChecksum) {
  const std::string exif = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"s;
  for (const std::string& good :
       {chunk("tEXt", "Title\0x"s), chunk("zTXt", "Title\0\0"s + deflated("x")), chunk("iTXt", "Title\0\0\0\0\0x"s),
        chunk("eXIf", exif), chunk("gAMA", be(45455)), chunk("pHYs", be(1) + be(2) + "\0"s), chunk("sBIT", "\3"s),
        chunk("cICP", "\1\1\0\1"s), chunk("tIME", "\0\0\1\1\1\1\1"s), chunk("prVt", "private")}) {
    std::string bad = good;
    bad.back() ^= 1;
    const Picture without = decode(small()).picture;
    for (const bool behind : {false, true}) {
      const std::string png = behind ? small({}, bad) : small(bad);
      const Decoded decoded = decode(png);
      EXPECT_EQ(decoded.pixels, decode(small()).pixels) << good.substr(4, 4);
      EXPECT_EQ(decoded.picture.track, without.track) << good.substr(4, 4);
      EXPECT_EQ(decoded.picture.attachments.size(), 0u);
      ASSERT_FALSE(decoded.warnings.empty()) << good.substr(4, 4);
      const std::string line = "PNG: " + good.substr(4, 4) + ": CRC error";
      EXPECT_TRUE(std::ranges::any_of(decoded.warnings, [&](const auto& w) { return w.starts_with(line); })) << line;
      EXPECT_EQ(test::decode_by_single_bytes(png_format, bytes_of(png)).warnings, decoded.warnings);
    }
  }
}

TEST(Png, ReadsMetadataBehindThePixelsOfAFile) {
  const std::string exif = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"s;
  const std::string behind = chunk("eXIf", exif) + chunk("tEXt", "Title\0x"s) +
                             chunk("zTXt", "Comment\0\0"s + deflated("y")) +
                             chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>"s);
  for (const std::size_t idat : {1u, 40u, 100000u}) {
    const std::string png = small({}, behind, idat);
    const Bytes two = bytes_of(png + small({}, chunk("tEXt", "Title\0other"s)));
    Source file = Source::memory(two, "in");
    const Decoded decoded = test::decode(png_format, file);
    EXPECT_EQ(attachment(decoded.picture, "exif"), exif);
    EXPECT_EQ(attachment(decoded.picture, "xmp"), "<x/>");
    EXPECT_NE(decoded.picture.track.rest.find(R"("Title":"x")"), std::string::npos) << decoded.picture.track.rest;
    EXPECT_EQ(decoded.pixels, decode(small()).pixels);
    EXPECT_TRUE(decoded.warnings.empty());
    EXPECT_EQ(file.position(), png.size());
    const Decoded piped = test::decode_by_single_bytes(png_format, bytes_of(png));
    EXPECT_EQ(piped.picture.attachments.size(), 0u);
    EXPECT_EQ(piped.warnings.size(), 4u);
  }
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
  EXPECT_TRUE(test::decode(png_format, source, true).damaged.empty());  // the one after it is found
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
      if (at == limit) throw Error(Status::Io, "the disk failed");
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
      EXPECT_STREQ(error.what(), "the disk failed");
    }
  }
}

TEST(Png, IsKnownByItsContent) {
  EXPECT_TRUE(png_format.info.sniff(bytes_of(small().substr(0, 8))));
  EXPECT_FALSE(png_format.info.sniff(bytes_of(small().substr(0, 7))));
  EXPECT_FALSE(png_format.info.sniff(bytes_of("\x8aMNG\r\n\x1a\n")));
}

}  // namespace
}  // namespace sl

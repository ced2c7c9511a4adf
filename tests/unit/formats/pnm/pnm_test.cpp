// The PNM family: every variant both ways, and what must be refused.

#include <unistd.h>

#include <array>
#include <cmath>

#include "libcore/base/limits.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format pnm_format;

namespace {

using namespace test;
using namespace std::string_literals;

Decoded decode(const std::string& text, bool salvage = false, std::uint32_t at_most = 1 << 20) {
  return test::decode(pnm_format, bytes_of(text), salvage, at_most);
}

std::string pixels_of(const std::string& text) { return text_of(decode(text).pixels.at(0)); }

std::string error_of(const std::string& text, Status status = Status::Data) {
  return test::decode_error(pnm_format, bytes_of(text), status);
}

std::string encoded(const Track& track, const std::string& pixels, const test::Options& options = {}) {
  return text_of(test::encode(pnm_format, track, bytes_of(pixels), options));
}

TEST(Pnm, ReadsAsciiBitmapsWithAndWithoutSpaces) {
  EXPECT_EQ(pixels_of("P1\n#\n#\n1 1\n0\n"), "\xff");
  EXPECT_EQ(pixels_of("P1 3 2 101\n0 # a comment 1 1\n1 0"), "\0\xff\0\xff\0\xff"s);
  const Track track = decode("P1 1 1 0").picture.track;
  EXPECT_EQ(track.pixels->name, "gray");
  EXPECT_EQ(track.bits, 1);
  EXPECT_EQ(track.rest, R"({"meta":{"format":"PBM"}})");
}

TEST(Pnm, ReadsPackedBitmapsOfAnyWidth) {
  EXPECT_EQ(pixels_of("P4 10 2\n\x80\x40\x7f\xbf"s), "\0\xff\xff\xff\xff\xff\xff\xff\xff\0\xff\0\0\0\0\0\0\0\0\xff"s);
}

TEST(Pnm, ReadsCommentsBetweenAnyTokens) {
  EXPECT_EQ(pixels_of("P5#a\n#b\n2#c\n #d\n1\n#e\n255#f\nxy"), "xy");
  EXPECT_EQ(pixels_of("P2 2 1 255 1#one\n#two\n2"), "\1\2");
}

TEST(Pnm, ScalesAnyMaxvalToTheFullRangeWithRounding) {
  EXPECT_EQ(pixels_of("P5 4 1 3\n\0\1\2\3"s), "\0\x55\xaa\xff"s);
  EXPECT_EQ(pixels_of("P2 3 1 100 0 50 99"), "\0\x80\xfc"s);
  EXPECT_EQ(pixels_of("P5 2 1 1000\n\3\xe8\1\xf4"s), "\xff\xff\0\x80"s);  // 500/1000 is 32767.5
  EXPECT_EQ(pixels_of("P2 2 1 1000 1000 500"), "\xff\xff\0\x80"s);
  EXPECT_EQ(decode("P5 1 1 3\n\0"s).picture.track.bits, 2);
  EXPECT_EQ(decode("P5 1 1 1023\n\0\0"s).picture.track.bits, 10);
  EXPECT_EQ(decode("P5 1 1 1000\n\0\0"s).picture.track.bits, 0);
  EXPECT_EQ(decode("P5 1 1 255\n\0"s).picture.track.bits, 0);
}

TEST(Pnm, SixteenBitSamplesAreBigEndianInTheFile) {
  const Decoded decoded = decode("P6 1 1 65535\n\1\2\3\4\5\6"s);
  EXPECT_EQ(decoded.picture.track.pixels->name, "rgb48le");
  EXPECT_EQ(text_of(decoded.pixels[0]), "\2\1\4\3\6\5");
}

TEST(Pnm, TellsNoColoursThatTheFileDoesNotTell) {
  const Track track = decode("P3 1 1 255 1 2 3").picture.track;
  EXPECT_EQ(track.color, (Color{2, 2, 0, Range::Full, Chroma::Unknown}));
  EXPECT_EQ(decode("P2 1 1 255 1").picture.track.color, (Color{2, 2, 2, Range::Full, Chroma::Unknown}));
}

std::string pam(const std::string& type, int depth, int maximum, const std::string& raster) {
  return "P7\n# a comment\nWIDTH 1\nHEIGHT 1\nDEPTH " + std::to_string(depth) + "\nMAXVAL " + std::to_string(maximum) +
         (type.empty() ? "" : "\nTUPLTYPE " + type) + "\nENDHDR\n" + raster;
}

TEST(Pnm, ReadsEveryTupleTypeOfPam) {
  struct Case {
    std::string type;
    int depth, maximum;
    std::string raster, pixels, format;
  };
  const std::array<Case, 9> cases{{{"BLACKANDWHITE", 1, 1, "\1", "\xff", "gray"},
                                   {"BLACKANDWHITE_ALPHA", 2, 1, "\0\1"s, "\0\xff"s, "ya8"},
                                   {"GRAYSCALE", 1, 255, "x", "x", "gray"},
                                   {"GRAYSCALE_ALPHA", 2, 255, "xy", "xy", "ya8"},
                                   {"RGB", 3, 255, "abc", "abc", "rgb24"},
                                   {"RGB_ALPHA", 4, 255, "abcd", "abcd", "rgba"},
                                   {"RGB_ALPHA", 4, 65535, "abcdefgh", "badcfehg", "rgba64le"},
                                   {"whatever", 2, 255, "xy", "xy", "ya8"},
                                   {"", 3, 255, "abc", "abc", "rgb24"}}};
  for (const Case& c : cases) {
    const Decoded decoded = decode(pam(c.type, c.depth, c.maximum, c.raster));
    EXPECT_EQ(decoded.picture.track.pixels->name, c.format) << c.type;
    EXPECT_EQ(text_of(decoded.pixels.at(0)), c.pixels) << c.type;
    EXPECT_EQ(decoded.picture.track.alpha, c.depth % 2 == 0 ? Alpha::Straight : Alpha::None) << c.type;
  }
}

TEST(Pnm, KeepsEveryLevelOfEveryMaxval) {
  for (unsigned maximum = 1; maximum <= 255; ++maximum) {
    std::string levels;
    for (unsigned level = 0; level <= maximum; ++level) levels += static_cast<char>(level);
    const Decoded decoded =
        decode("P5 " + std::to_string(maximum + 1) + " 1 " + std::to_string(maximum) + "\n" + levels);
    for (unsigned level = 0; level <= maximum; ++level) {
      const auto scaled = std::to_integer<unsigned>(decoded.pixels.at(0)[level]);
      EXPECT_EQ((scaled * maximum * 2 + 255) / 510, level) << "maxval " << maximum;
    }
  }
}

TEST(Pnm, RefusesPamThatContradictsItself) {
  EXPECT_EQ(error_of(pam("RGB", 4, 255, "abcd")), "in: PAM: TUPLTYPE RGB with DEPTH 4");
  EXPECT_EQ(error_of(pam("CMYK", 4, 255, "abcd")), "in: PAM: TUPLTYPE CMYK is not supported");
  EXPECT_EQ(error_of(pam("x", 5, 255, "abcde")), "in: PAM: DEPTH 5");
  EXPECT_EQ(error_of("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nENDHDR\nx"), "in: PAM: the header has no MAXVAL");
  EXPECT_EQ(error_of("P7\nWIDTH 1\nMAXVAL 1\nDEPTH 1\nENDHDR\nx"), "in: PAM: height 0");
  EXPECT_EQ(error_of("P7\nBREADTH 1\nENDHDR\n"), "in: PAM: unknown keyword \"BREADTH\" in the header");
}

TEST(Pnm, ReadsPfmOfBothByteOrdersFromBottomToTop) {
  const std::string one = "\0\0\x80\x3f"s, two = "\0\0\0\x40"s, swapped_one = "\x3f\x80\0\0"s,
                    swapped_two = "\x40\0\0\0"s;
  const Decoded little = decode("Pf\n1 2\n-1.0\n" + two + one);
  EXPECT_EQ(little.picture.track.pixels->name, "grayf32le");
  EXPECT_EQ(text_of(little.pixels.at(0)), one + two);
  const Decoded big = decode("PF\n1 1\n2.5\n" + swapped_one + swapped_two + swapped_one);
  EXPECT_EQ(big.picture.track.pixels->name, "rgbf32le");
  EXPECT_EQ(text_of(big.pixels.at(0)), one + two + one);
  EXPECT_EQ(big.picture.track.rest, R"({"meta":{"format":"PFM","scale":"2.5"}})");
  EXPECT_EQ(decode("PF4\n1 1\n-1\n" + one + one + two + one).picture.track.pixels->name, "rgbaf32le");
  for (const char* scale : {"0", "nan", "inf", "x", "1\"}"}) {
    EXPECT_NE(error_of("Pf 1 1 "s + scale + "\n1234"), "") << scale;
  }
}

TEST(Pnm, StandsBehindThePictureForTheNextOne) {
  const Bytes two = bytes_of("P2 1 1 9 9\n\nP5 1 1 255\nxP1 1 1 1 \n");
  Source source = Source::memory(two, "in");
  std::string pixels;
  while (!source.peek(1).empty()) {
    ASSERT_TRUE(pnm_format.info.sniff(source.peek(sniff_bytes)));
    pixels += text_of(test::decode(pnm_format, source).pixels.at(0));
  }
  EXPECT_EQ(pixels, "\xffx\0"s);
}

TEST(Pnm, KnowsItsOwnBytes) {
  for (const char* text : {"P1\n", "P3 ", "P6#", "P7\n", "Pf\n", "PF\n", "PF4\n"})
    EXPECT_TRUE(pnm_format.info.sniff(bytes_of(text))) << text;
  for (const char* text : {"", "P", "P6", "P8\n", "P7 332", "PK\3\4", "Paul"})
    EXPECT_FALSE(pnm_format.info.sniff(bytes_of(text))) << text;
}

TEST(Pnm, SaysWhereDataEnds) {
  EXPECT_EQ(error_of("P6 2 3 255\n" + std::string(15, 'x')), "in: PPM: truncated after row 2 of 3");
  EXPECT_EQ(error_of("P2 2 2 255\n1 2 3"), "in: PGM: truncated after row 1 of 2");
  EXPECT_EQ(error_of("P4 9 2\n\1"), "in: PBM: truncated after row 0 of 2");
  EXPECT_EQ(error_of("Pf 1 3 1\n12345678"), "in: PFM: truncated after row 2 of 3");
  EXPECT_EQ(error_of("P6 2"), "in: PPM: truncated in the header");
  EXPECT_EQ(error_of("P2 2 2 255\n1 2 3 x"), "in: PGM: x instead of a number after row 1 of 2");
  EXPECT_EQ(error_of("P2 2 2 200\n1 2 3 201"), "in: PGM: a sample over maxval 200 at row 1");
  EXPECT_EQ(error_of("P5 2 2 200\nabc\xc9"), "in: PGM: a sample over maxval 200 at row 1");
  EXPECT_EQ(error_of("P5 1 1 1000\n\x10\0"s), "in: PGM: a sample over maxval 1000 at row 0");
  EXPECT_EQ(error_of("P1 1 1 2"), "in: PBM: 2 instead of a number after row 0 of 1");
}

TEST(Pnm, RefusesAbsurdNumbersBeforeTakingMemory) {
  EXPECT_EQ(error_of("P6 0 1 255\n"), "in: PPM: width 0");
  EXPECT_EQ(error_of("P6 1 1 0\n"), "in: PPM: maxval 0");
  EXPECT_EQ(error_of("P6 1 1 65536\n"), "in: PPM: maxval 65536");
  EXPECT_EQ(error_of("P6 x 1 255\n"), "in: PPM: \"x\" for the width");
  EXPECT_EQ(error_of("P6 -1 1 255\n"), "in: PPM: \"-1\" for the width");
  EXPECT_NE(error_of("P6 99999999999999999999999999 1 255\n").find("width"), std::string::npos);
  EXPECT_NE(error_of("P6 2147483647 2147483647 255\n", Status::Limit).find("--max-pixels"), std::string::npos);
  EXPECT_EQ(error_of("P6" + std::string(2000000, '#')), "in: PPM: the header is longer than 1 MiB");
  EXPECT_NE(error_of("P6 " + std::string(2000, '1')), "");
  EXPECT_NE(error_of("PF 10000 50000 1\n", Status::Limit).find("--max-memory"), std::string::npos);
}

TEST(Pnm, SalvageFillsWithZeroAndMarksIt) {
  const Decoded binary = decode("P5 2 4 255\nabcde", true);
  EXPECT_EQ(text_of(binary.pixels.at(0)), "abcde\0\0\0"s);
  EXPECT_EQ(binary.damaged, (std::vector<std::uint32_t>{2, 3}));
  ASSERT_EQ(binary.warnings.size(), 1u);
  EXPECT_EQ(binary.warnings[0], "PGM: truncated after row 2 of 4; the rest is filled with zero");
  const Decoded text = decode("P2 2 3 255\n1 2 3 ?", true);
  EXPECT_EQ(text_of(text.pixels.at(0)), "\1\2\3\0\0\0"s);
  EXPECT_EQ(text.damaged, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(text_of(decode("P4 9 2\n\0\0\0"s, true).pixels.at(0)), std::string(17, '\xff') + '\0');
  EXPECT_EQ(text_of(decode("Pf 1 2 -1\n\0\0\x80\x3f?"s, true).pixels.at(0)), "\0\0\0\0\0\0\x80\x3f"s);
  const Decoded over = decode("P5 1 2 100\n\x64\x65", true);
  EXPECT_EQ(text_of(over.pixels.at(0)), "\xff\xff");
  EXPECT_FALSE(over.damaged.empty());
}

TEST(Pnm, HandsOnWholeRowsWhenTheInputWouldWait) {
  for (const auto& [head, rest] :
       {std::pair{"P5 2 3 255\nabc"s, "def"s}, std::pair{"P2 2 3 255\n1 2 3"s, "0 4 5 6"s}}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    Source source = Source::descriptor(ends[0], "in");
    source.end_header();
    ASSERT_EQ(write(ends[1], head.data(), head.size()), static_cast<ssize_t>(head.size()));
    const FormatOptions options(pnm_format.info.decode_options);
    const auto decoder = pnm_format.decoder({source, options, false, [](const std::string&) {}});
    decoder->header();
    decoder->next_frame();
    EXPECT_EQ(decoder->read_rows(3).rows, 1u);
    ASSERT_EQ(write(ends[1], rest.data(), rest.size()), static_cast<ssize_t>(rest.size()));
    close(ends[1]);
    const Strip strip = decoder->read_rows(3);
    EXPECT_EQ(strip.first, 1u);
    EXPECT_EQ(strip.rows, 2u);
    EXPECT_TRUE(strip.last);
    const std::uint8_t* row = strip.planes[0].row<std::uint8_t>(0);
    EXPECT_EQ(row[0], head[1] == '5' ? 'c' : 30);
    EXPECT_EQ(row[3], head[1] == '5' ? 'f' : 6);
  }
}

TEST(Pnm, WritesTheSmallestFilesOfEachKind) {
  EXPECT_EQ(encoded(make_track("gray", 2, 1), "ab"), "P5\n2 1\n255\nab");
  EXPECT_EQ(encoded(make_track("rgb24", 1, 1), "abc"), "P6\n1 1\n255\nabc");
  EXPECT_EQ(encoded(make_track("rgb48le", 1, 1), "abcdef"), "P6\n1 1\n65535\nbadcfe");
  EXPECT_EQ(encoded(make_track("rgba", 1, 1), "abcd"),
            "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcd");
  EXPECT_EQ(encoded(make_track("ya16le", 1, 1), "abcd"),
            "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 65535\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\nbadc");
  EXPECT_EQ(encoded(make_track("grayf32le", 1, 2), "abcdefgh"), "Pf\n1 2\n-1.0\nefghabcd");
  EXPECT_EQ(encoded(make_track("gray", 9, 1), "\0\xff\x7f\x80\0\0\0\0\0"s, {{"variant", "pbm"}}), "P4\n9 1\n\xaf\x80");
  EXPECT_EQ(encoded(make_track("gray", 3, 1), "\0\xff\x7f"s, {{"variant", "pbm"}, {"ascii", "1"}}), "P1\n3 1\n1 0 1\n");
  EXPECT_EQ(encoded(make_track("gray16le", 2, 2), "\1\0\2\0\3\0\xff\xff"s, {{"ascii", "1"}}),
            "P2\n2 2\n65535\n1 2\n3 65535\n");
}

TEST(Pnm, AsciiLinesStayUnder70Characters) {
  const Track track = make_track("rgb24", 100, 2);
  const std::string text = encoded(track, text_of(make_pixels(track)), {{"ascii", "1"}});
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LT(longest, 70u);
  EXPECT_GT(longest, 60u);
}

TEST(Pnm, AcceptsEverythingInTheNearestOfItsOwnFormats) {
  struct Case {
    std::string variant, from, to;
  };
  const std::array<Case, 15> cases{{{"auto", "yuv420p", "rgb24"},
                                    {"auto", "yuva444p10le", "rgba64le"},
                                    {"auto", "gray16le", "gray16le"},
                                    {"auto", "rgbf32le", "rgbf32le"},
                                    {"auto", "rgbaf32le", "rgbf32le"},
                                    {"auto", "ya8", "ya8"},
                                    {"ppm", "gray", "rgb24"},
                                    {"ppm", "rgbf32le", "rgb48le"},
                                    {"ppm", "rgba", "rgb24"},
                                    {"pgm", "rgb48le", "gray16le"},
                                    {"pbm", "rgb48le", "gray"},
                                    {"pam", "rgba", "rgba"},
                                    {"pam", "gray", "gray"},
                                    {"pfm", "yuv420p", "rgbf32le"},
                                    {"pfm", "gray", "grayf32le"}}};
  for (const Case& c : cases) {
    FormatOptions options(pnm_format.info.encode_options);
    options.set("variant", c.variant);
    Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
    const Track track = pnm_format.encoder({target, options, 1})->accept(make_track(c.from, 3, 3));
    EXPECT_EQ(track.pixels->name, c.to) << c.variant << " from " << c.from;
    EXPECT_EQ(track.color.range, Range::Full);
    EXPECT_EQ(track.alpha, track.pixels->alpha ? Alpha::Straight : Alpha::None);
  }
}

TEST(Pnm, RefusesAsciiWhereThereIsNone) {
  FormatOptions options(pnm_format.info.encode_options);
  options.set("variant", "pam");
  options.set("ascii", "1");
  Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
  EXPECT_THROW((void)pnm_format.encoder({target, options, 1}), Error);
}

struct RoundTrip {
  std::string pixels;
  test::Options options;
};

class PnmRoundTrip : public testing::TestWithParam<RoundTrip> {};

TEST_P(PnmRoundTrip, IsExactAtAnySizeAndStripHeight) {
  for (const auto& [width, height] : {std::pair{1u, 1u}, std::pair{1u, 7u}, std::pair{47u, 33u}}) {
    const Track track = make_track(GetParam().pixels, width, height);
    Bytes pixels = make_pixels(track);
    if (!GetParam().options.empty() && GetParam().options[0].second == "pbm") {
      for (std::byte& b : pixels) b = b < std::byte{128} ? std::byte{0} : std::byte{255};
    }
    const Bytes file = test::encode(pnm_format, track, pixels, GetParam().options);
    EXPECT_EQ(file, test::encode(pnm_format, track, pixels, GetParam().options, 1));
    for (const std::uint32_t at_most : {1u, 5u, 1000u}) {
      const Decoded decoded = test::decode(pnm_format, file, false, at_most);
      EXPECT_EQ(decoded.picture.track.pixels, track.pixels);
      EXPECT_EQ(decoded.pixels.at(0), pixels);
    }
    EXPECT_EQ(test::decode_by_single_bytes(pnm_format, file).pixels.at(0), pixels);
  }
}

TEST_P(PnmRoundTrip, FailsCleanlyOnEveryPrefix) {
  const Track track = make_track(GetParam().pixels, 5, 4);
  const Bytes file = test::encode(pnm_format, track, make_pixels(track), GetParam().options);
  const bool text =
      text_of(file).starts_with("P1") || text_of(file).starts_with("P2") || text_of(file).starts_with("P3");
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto prefix = std::span(file).first(size);
    if (text && size + 6 > file.size()) continue;  // the last number may be whole, or another number, without its end
    EXPECT_NE(test::decode_error(pnm_format, prefix), "") << size;
    try {
      const Decoded salvaged = test::decode(pnm_format, prefix, true);
      EXPECT_FALSE(salvaged.damaged.empty()) << size;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::Data);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, PnmRoundTrip,
                         testing::Values(RoundTrip{"gray", {}}, RoundTrip{"gray16le", {}}, RoundTrip{"rgb24", {}},
                                         RoundTrip{"rgb48le", {}}, RoundTrip{"ya8", {}}, RoundTrip{"ya16le", {}},
                                         RoundTrip{"rgba", {}}, RoundTrip{"rgba64le", {}}, RoundTrip{"grayf32le", {}},
                                         RoundTrip{"rgbf32le", {}}, RoundTrip{"gray", {{"variant", "pbm"}}},
                                         RoundTrip{"gray", {{"variant", "pbm"}, {"ascii", "1"}}},
                                         RoundTrip{"gray", {{"ascii", "1"}}}, RoundTrip{"rgb24", {{"ascii", "1"}}},
                                         RoundTrip{"rgb48le", {{"ascii", "1"}}},
                                         RoundTrip{"rgb24", {{"variant", "pam"}}}));

}  // namespace

}  // namespace sl

// JPEG both ways, against libjpeg used plainly: samples must be identical.

#include "tests/unit/formats/jpeg/jpeg_fixture.h"

namespace {

using namespace sl;
using namespace sl::test;
using namespace sl::test::jpeg;

// ---- Round trips ----

struct Size {
  std::uint32_t width, height;
};
constexpr std::array sizes{Size{1, 1}, Size{1, 7}, Size{7, 1}, Size{16, 16}, Size{47, 33}, Size{48, 50}, Size{64, 130}};
constexpr std::array native{"gray"sv, "yuv420p"sv, "yuv422p"sv, "yuv440p"sv, "yuv444p"sv, "yuv411p"sv};

TEST(Jpeg, GivesTheVeryPlanesOfLibjpegBack) {
  for (const std::string_view pixels : native) {
    for (const Size size : sizes) {
      const Track track = jpeg_track(pixels, size.width, size.height);
      const Bytes in = make_pixels(track);
      const Bytes jpeg = encode(jpeg_format, track, in, {{"quality", "97"}});
      const Decoded decoded = decode(jpeg_format, jpeg);
      ASSERT_EQ(decoded.pixels.size(), 1u);
      EXPECT_EQ(decoded.picture.track.pixels->name, pixels);
      EXPECT_EQ(decoded.picture.track.color, track.color);
      EXPECT_EQ(decoded.pixels[0], read_jpeg(jpeg)) << pixels << " " << size.width << "x" << size.height;
      int worst = 0;
      for (std::size_t i = 0; i < in.size(); ++i) {
        worst = std::max(worst, std::abs(std::to_integer<int>(in[i]) - std::to_integer<int>(decoded.pixels[0][i])));
      }
      EXPECT_LE(worst, 8) << pixels << " " << size.width << "x" << size.height;
    }
  }
}

TEST(Jpeg, WritesTheSameBytesHoweverRowsCome) {
  for (const std::string_view pixels : native) {
    for (const Size size : sizes) {
      for (const Options& options :
           {Options{}, Options{{"progressive", "1"}}, Options{{"optimize", "1"}, {"restart", "1"}}}) {
        const Track track = jpeg_track(pixels, size.width, size.height);
        const Bytes in = make_pixels(track);
        const Bytes whole = encode(jpeg_format, track, in, options, 1 << 16);
        for (const std::uint32_t rows : {2u, 6u, 8u, 16u, 18u, 32u}) {
          EXPECT_EQ(encode(jpeg_format, track, in, options, rows), whole) << pixels << " by " << rows;
        }
      }
    }
  }
}

TEST(Jpeg, EncodesAsLibjpegDoes) {
  for (const bool progressive : {false, true}) {
    for (const Size size : sizes) {
      const Spec spec{
          .width = size.width, .height = size.height, .sampling = {{1, 1}, {1, 1}, {1, 1}}, .progressive = progressive};
      const std::vector<JSAMPLE> lines = make_lines(spec);
      Bytes planes;
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t x = i; x < lines.size(); x += 3) planes.push_back(static_cast<std::byte>(lines[x]));
      }
      const Track track = jpeg_track("yuv444p", size.width, size.height);
      EXPECT_EQ(encode(jpeg_format, track, planes, {{"progressive", progressive ? "1" : "0"}}), make_jpeg(spec));
    }
  }
}

TEST(Jpeg, DecodesEveryKind) {
  const std::vector<std::vector<std::array<int, 2>>> samplings{{{1, 1}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}},
                                                               {{2, 2}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}},
                                                               {{4, 1}, {1, 1}, {1, 1}}, {{2, 2}, {2, 1}, {2, 1}}};
  for (const auto& sampling : samplings) {
    for (int kind = 0; kind < 8; ++kind) {
      for (const Size size : sizes) {
        Spec spec{.width = size.width, .height = size.height, .sampling = sampling};
        spec.progressive = (kind & 1) != 0;
        spec.arithmetic = (kind & 2) != 0;
        spec.restart = (kind & 4) != 0 ? 2 : 0;
        const Bytes jpeg = make_jpeg(spec);
        const Decoded decoded = decode(jpeg_format, jpeg);
        EXPECT_EQ(decoded.pixels.at(0), read_jpeg(jpeg)) << sampling[0][0] << sampling[0][1] << " kind " << kind;
        EXPECT_TRUE(decoded.warnings.empty()) << decoded.warnings[0];
        EXPECT_EQ(decoded.picture.track.rest.find("progressive") != std::string::npos, spec.progressive);
        EXPECT_EQ(decoded.picture.track.rest.find("arithmetic") != std::string::npos, spec.arithmetic);
      }
    }
  }
}

TEST(Jpeg, DecodesTheSameHoweverFewRowsAreAskedFor) {
  const Bytes jpeg = make_jpeg({.width = 47, .height = 133});
  const Decoded whole = decode(jpeg_format, jpeg);
  for (const std::uint32_t rows : {2u, 10u, 16u, 40u}) {
    const Decoded decoded = decode(jpeg_format, jpeg, false, rows);
    EXPECT_EQ(decoded.pixels, whole.pixels);
    EXPECT_LE(*std::ranges::max_element(decoded.strips), rows);
  }
}

TEST(Jpeg, ReadsByteByByte) {
  const auto app = [](j_compress_ptr jpeg) {
    const std::string icc = "ICC_PROFILE\0\1\1"s + std::string(300, 'i');
    jpeg_write_marker(jpeg, JPEG_APP0 + 2, reinterpret_cast<const JOCTET*>(icc.data()),
                      static_cast<unsigned>(icc.size()));
    jpeg_write_marker(jpeg, JPEG_COM, reinterpret_cast<const JOCTET*>(icc.data()), static_cast<unsigned>(icc.size()));
  };
  for (const bool progressive : {false, true}) {
    const Bytes jpeg = make_jpeg({.progressive = progressive, .segments = app});
    const Decoded slow = decode_by_single_bytes(jpeg_format, jpeg), fast = decode(jpeg_format, jpeg);
    EXPECT_EQ(slow.pixels, fast.pixels);
    EXPECT_EQ(slow.picture.attachments, fast.picture.attachments);
    ASSERT_NE(find(slow.picture, "icc"), nullptr);
  }
}

TEST(Jpeg, ShrinksByTheTransform) {
  for (const unsigned shrink : {2u, 4u, 8u}) {
    for (const Size size : sizes) {
      const Options options{{"shrink", std::to_string(shrink)}};
      const auto check = [&](const Bytes& jpeg, std::string_view pixels) {
        const Decoded decoded = decode(jpeg_format, jpeg, false, 1 << 20, options);
        const Track& track = decoded.picture.track;
        EXPECT_EQ(track.pixels->name, pixels);
        EXPECT_EQ(track.width, (size.width + shrink - 1) / shrink);
        EXPECT_EQ(track.height, (size.height + shrink - 1) / shrink);
        EXPECT_EQ(decoded.pixels[0], read_jpeg(jpeg, shrink)) << pixels << " 1/" << shrink;
      };
      check(make_jpeg({.width = size.width, .height = size.height}), "yuv444p");
      check(make_jpeg({.width = size.width, .height = size.height, .sampling = {{2, 1}, {1, 1}, {1, 1}}}), "yuv422p");
      check(make_jpeg({.width = size.width, .height = size.height, .space = JCS_GRAYSCALE, .sampling = {}}), "gray");
    }
  }
}

TEST(Jpeg, UpsamplesWhatHasNoPixelFormat) {
  const std::vector<std::vector<std::array<int, 2>>> samplings{{{2, 2}, {1, 2}, {1, 1}},
                                                               {{2, 2}, {2, 1}, {1, 2}},
                                                               {{1, 1}, {2, 2}, {1, 1}},
                                                               {{4, 2}, {1, 1}, {1, 1}},
                                                               {{1, 4}, {1, 1}, {1, 1}}};
  for (const auto& sampling : samplings) {
    const Bytes jpeg = make_jpeg({.sampling = sampling});
    const Decoded decoded = decode(jpeg_format, jpeg);
    ASSERT_EQ(decoded.picture.track.pixels->name, "yuv444p");
    const Bytes lines = read_jpeg(jpeg, 1, JCS_YCbCr);
    Bytes planes;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t x = i; x < lines.size(); x += 3) planes.push_back(lines[x]);
    }
    EXPECT_EQ(decoded.pixels[0], planes);
  }
}

TEST(Jpeg, DecodesRgb) {
  const Bytes jpeg = make_jpeg({.space = JCS_RGB, .sampling = {}});
  const Decoded decoded = decode(jpeg_format, jpeg);
  EXPECT_EQ(decoded.picture.track.pixels->name, "rgb24");
  EXPECT_EQ(decoded.picture.track.color.matrix, 0);
  EXPECT_EQ(decoded.pixels[0], read_jpeg(jpeg, 1, JCS_RGB));
}

TEST(Jpeg, ConvertsInksToRgb) {
  for (const J_COLOR_SPACE space : {JCS_CMYK, JCS_YCCK}) {
    for (const bool adobe : {true, false}) {
      if (space == JCS_YCCK && !adobe) continue;  // then it would be CMYK
      const auto icc = [](j_compress_ptr jpeg) {
        jpeg_write_icc_profile(jpeg, reinterpret_cast<const JOCTET*>("profile"), 7);
      };
      Spec spec{.space = space, .sampling = {}, .segments = icc};
      spec.adobe = adobe;
      const Bytes jpeg = make_jpeg(spec);
      const Decoded decoded = decode(jpeg_format, jpeg);
      EXPECT_EQ(decoded.picture.track.pixels->name, "rgb24");
      EXPECT_EQ(find(decoded.picture, "icc"), nullptr);
      EXPECT_EQ(decoded.warnings.size(), 1u);
      const Bytes inks = read_jpeg(jpeg, 1, JCS_CMYK);
      for (std::size_t i = 0; i < inks.size() / 4; ++i) {
        const int light = std::to_integer<int>(inks[4 * i + 3]);
        for (std::size_t c = 0; c < 3; ++c) {
          const double wanted = std::to_integer<int>(inks[4 * i + c]) * light / 255.0;
          ASSERT_NEAR(std::to_integer<int>(decoded.pixels[0][3 * i + c]), wanted, 0.5);
        }
      }
    }
  }
}

// ---- Metadata ----

TEST(Jpeg, KeepsProfileExifAndXmp) {
  const Track track = jpeg_track("yuv420p", 16, 16);
  std::string icc;
  for (unsigned i = 0; i < 200000; ++i) icc += static_cast<char>(i * i >> 5);
  const Picture picture{track, {{"exif", "II*\0\x08\0\0\0\0\0\0\0\0\0"s, 0}, {"xmp", "<x/>", 0}, {"icc", icc, 0}}};
  const Bytes jpeg = encode(jpeg_format, picture, {Frame{}}, {make_pixels(track)});
  const Decoded decoded = decode(jpeg_format, jpeg);
  EXPECT_EQ(decoded.picture.attachments, picture.attachments);
  EXPECT_TRUE(decoded.warnings.empty());
}

TEST(Jpeg, LeavesTheOrientationInExif) {
  for (int orientation = 2; orientation <= 8; ++orientation) {
    const Picture picture{jpeg_track("gray", 16, 16), {{"exif", exif_with_orientation({}, orientation), 0}}};
    const Bytes jpeg = encode(jpeg_format, picture, {Frame{}}, {make_pixels(picture.track)});
    const Decoded decoded = decode(jpeg_format, jpeg);
    EXPECT_EQ(decoded.picture.track.orientation, 1);
    EXPECT_EQ(decoded.picture.attachments, picture.attachments);
  }
}

TEST(Jpeg, LeavesOutMetadataThatDoesNotFit) {
  const Track track = jpeg_track("gray", 8, 8);
  const auto comes_back = [&](const char* name, std::size_t size) {
    return find(decode(jpeg_format, encode(jpeg_format, Picture{track, {{name, std::string(size, 'x'), 0}}}, {Frame{}},
                                           {make_pixels(track)}))
                    .picture,
                name) != nullptr;
  };
  EXPECT_TRUE(comes_back("exif", 65527));
  EXPECT_FALSE(comes_back("exif", 65528));
  EXPECT_TRUE(comes_back("icc", 1000));
  EXPECT_FALSE(comes_back("icc", 255 * 65519 + 1));
}

TEST(Jpeg, DropsAProfileWhosePartsDoNotFit) {
  struct Part {
    int number, count;
  };
  const auto with_parts = [](const std::vector<Part>& parts) {
    const Bytes jpeg = make_jpeg({.segments = [&](j_compress_ptr out) {
      for (const Part& part : parts) {
        std::string bytes = "ICC_PROFILE\0"s;
        bytes += static_cast<char>(part.number);
        bytes += static_cast<char>(part.count);
        bytes += "part " + std::to_string(part.number);
        jpeg_write_marker(out, JPEG_APP0 + 2, reinterpret_cast<const JOCTET*>(bytes.data()),
                          static_cast<unsigned>(bytes.size()));
      }
    }});
    const Decoded decoded = decode(jpeg_format, jpeg);
    const Attachment* icc = find(decoded.picture, "icc");
    EXPECT_EQ(decoded.warnings.size(), icc == nullptr ? 1u : 0u);
    return icc == nullptr ? "" : icc->bytes;
  };
  EXPECT_EQ(with_parts({{2, 3}, {3, 3}, {1, 3}}), "part 1part 2part 3");
  EXPECT_EQ(with_parts({{1, 2}}), "");
  EXPECT_EQ(with_parts({{1, 2}, {2, 3}}), "");
  EXPECT_EQ(with_parts({{0, 2}, {1, 2}}), "");
  EXPECT_EQ(with_parts({{1, 2}, {1, 2}}), "");
  EXPECT_EQ(with_parts({{1, 3}, {3, 3}}), "");
  EXPECT_EQ(with_parts(std::vector<Part>(300, {1, 44})), "");
}

TEST(Jpeg, LimitsMetadata) {
  const std::uint64_t before = std::exchange(limits().metadata, 1000);
  Spec spec;
  spec.segments = [](j_compress_ptr jpeg) {
    const std::string exif = "Exif\0\0"s + std::string(2000, 'x');
    jpeg_write_marker(jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  };
  EXPECT_NE(decode_error(jpeg_format, make_jpeg(spec), Status::Limit), "");
  limits().metadata = before;
}

TEST(Jpeg, KeepsDensityAndAspect) {
  Track track = jpeg_track("gray", 8, 8);
  track.rest = R"({"meta":{"density":"300x200 per cm"}})";
  EXPECT_NE(decode(jpeg_format, encode(jpeg_format, track, make_pixels(track)))
                .picture.track.rest.find(R"("300x200 per cm")"),
            std::string::npos);
  track.rest.clear();
  track.sample_aspect = {4, 3};
  EXPECT_EQ(decode(jpeg_format, encode(jpeg_format, track, make_pixels(track))).picture.track.sample_aspect,
            (Rational{4, 3}));
}

// ---- Encoder ----

TEST(Jpeg, AcceptsNativePlanesAndAsksForTheRest) {
  const auto accepted = [](const Track& track, const Options& given = {}) {
    FormatOptions options(jpeg_format.info.encode_options);
    for (const auto& [name, value] : given) options.set(name, value);
    Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
    return jpeg_format.encoder({target, options, 1})->accept(track);
  };
  for (const std::string_view pixels : native) {
    const Track track = jpeg_track(pixels, 8, 8);
    EXPECT_EQ(accepted(track), track);
  }
  const auto name = [&](const Track& track, const Options& given = {}) { return accepted(track, given).pixels->name; };
  const Track rgb = make_track("rgb24", 8, 8);
  EXPECT_EQ(name(rgb), "yuv420p");
  EXPECT_EQ(name(rgb, {{"quality", "89"}}), "yuv420p");
  EXPECT_EQ(name(rgb, {{"quality", "90"}}), "yuv444p");
  EXPECT_EQ(name(rgb, {{"subsampling", "422"}}), "yuv422p");
  EXPECT_EQ(name(jpeg_track("yuv422p", 8, 8), {{"quality", "95"}}), "yuv422p");
  EXPECT_EQ(name(jpeg_track("yuv422p", 8, 8), {{"subsampling", "420"}}), "yuv420p");
  EXPECT_EQ(name(make_track("gray16le", 8, 8), {{"subsampling", "420"}}), "gray");
  EXPECT_EQ(name(make_track("rgba", 8, 8)), "yuv420p");
  EXPECT_EQ(accepted(make_track("rgba", 8, 8)).alpha, Alpha::None);
  const Track video = accepted(make_track("yuv422p", 8, 8));  // limited range
  EXPECT_EQ(video.pixels->name, "yuv422p");
  EXPECT_EQ(video.color, (Color{2, 2, 5, Range::Full, Chroma::Center}));
  EXPECT_THROW(accepted(make_track("gray", 65501, 1)), Error);
  EXPECT_THROW(accepted(make_track("gray", 1, 65501)), Error);
  EXPECT_NO_THROW(accepted(make_track("gray", 65500, 65500)));
}

TEST(Jpeg, OptionsDoWhatTheySay) {
  const Track track = jpeg_track("yuv420p", 200, 200);
  const Bytes in = make_pixels(track);
  const auto size = [&](const Options& options) { return encode(jpeg_format, track, in, options).size(); };
  EXPECT_LT(size({{"quality", "50"}}), size({}));
  EXPECT_LT(size({}), size({{"quality", "90"}}));
  EXPECT_LT(size({{"optimize", "1"}}), size({}));
  EXPECT_GT(size({{"restart", "1"}}), size({{"restart", "4"}}));
  EXPECT_GT(size({{"restart", "4"}}), size({}));
  const Bytes plain = encode(jpeg_format, track, in),
              progressive = encode(jpeg_format, track, in, {{"progressive", "1"}});
  EXPECT_EQ(decode(jpeg_format, plain).pixels, decode(jpeg_format, progressive).pixels);
  EXPECT_EQ(decode(jpeg_format, encode(jpeg_format, track, in, {{"restart", "1"}})).pixels,
            decode(jpeg_format, plain).pixels);
  EXPECT_NE(decode(jpeg_format, progressive).picture.track.rest.find("progressive"), std::string::npos);
}

TEST(Jpeg, FlushSendsWhatIsThere) {
  const Track track = jpeg_track("yuv420p", 64, 64);
  Bytes pixels = make_pixels(track), out;
  const FormatOptions options(jpeg_format.info.encode_options);
  Target target = Target::callbacks(
      [&](std::span<const std::byte> piece) { out.insert(out.end(), piece.begin(), piece.end()); }, [] {}, "out");
  const auto encoder = jpeg_format.encoder({target, options, 1});
  encoder->begin({track, {}});
  encoder->begin_frame({});
  encoder->flush();
  const std::size_t header = out.size();
  EXPECT_GT(header, 10u);
  encoder->write_rows(part_of(packed_strip(*track.pixels, 64, 64, pixels.data()), 0, 32));
  encoder->flush();
  EXPECT_GT(out.size(), header + 100);
  EXPECT_THROW(encoder->finish(), Error) << "rows are missing";
}

}  // namespace

// JPEG both ways, against libjpeg used plainly: samples have to be the very ones.

#include <cstddef>
#include <cstdio>

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "formats/exif.h"
#include "formats/format.h"
#include "libcore/limits.h"
#include "tests/unit/format_fixture.h"

namespace sl {
extern const Format jpeg_format;
}

namespace {

using namespace sl;
using namespace sl::test;
using namespace std::literals;

// ---- Libjpeg used plainly ----

struct Spec {
  std::uint32_t width = 47, height = 33;
  J_COLOR_SPACE space = JCS_YCbCr;
  std::vector<std::array<int, 2>> sampling{{2, 2}, {1, 1}, {1, 1}};
  bool progressive = false, arithmetic = false;
  unsigned restart = 0;
  bool adobe = false;
  std::function<void(j_compress_ptr)> segments = [](j_compress_ptr) {};
};

int components(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? 1 : space == JCS_YCbCr || space == JCS_RGB ? 3 : 4;
}

// Interleaved samples, in the file's own colour space.
std::vector<JSAMPLE> make_lines(const Spec& spec) {
  const std::size_t row = spec.width * static_cast<std::size_t>(components(spec.space));
  std::vector<JSAMPLE> lines(row * spec.height);
  std::uint32_t state = 7;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    lines[i] = static_cast<JSAMPLE>(40 + 3 * (i / row) + i % row % 90 + (state >> 27));
  }
  return lines;
}

Bytes make_jpeg(const Spec& spec) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = spec.width;
  jpeg.image_height = spec.height;
  jpeg.input_components = components(spec.space);
  jpeg.in_color_space = spec.space;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, spec.space);
  for (std::size_t i = 0; i < spec.sampling.size(); ++i) {
    jpeg.comp_info[i].h_samp_factor = spec.sampling[i][0];
    jpeg.comp_info[i].v_samp_factor = spec.sampling[i][1];
  }
  if (spec.progressive) jpeg_simple_progression(&jpeg);
  jpeg.arith_code = spec.arithmetic ? TRUE : FALSE;
  jpeg.restart_interval = spec.restart;
  if (spec.adobe) jpeg.write_Adobe_marker = TRUE;
  jpeg_start_compress(&jpeg, TRUE);
  spec.segments(&jpeg);
  std::vector<JSAMPLE> lines = make_lines(spec);
  for (std::uint32_t y = 0; y < spec.height; ++y) {
    JSAMPROW pointer = lines.data() + y * (lines.size() / spec.height);
    jpeg_write_scanlines(&jpeg, &pointer, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  Bytes bytes(size);
  std::memcpy(bytes.data(), data, size);
  std::free(data);
  return bytes;
}

// The file's planes, cut to their true sizes, packed one after another; or, with `space`, its interleaved lines.
Bytes read_jpeg(const Bytes& bytes, unsigned shrink = 1, J_COLOR_SPACE space = JCS_UNKNOWN) {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.scale_denom = shrink;
  jpeg.raw_data_out = space == JCS_UNKNOWN ? TRUE : FALSE;
  if (space != JCS_UNKNOWN) jpeg.out_color_space = space;
  jpeg_start_decompress(&jpeg);
  Bytes result;
  if (space != JCS_UNKNOWN) {
    const std::size_t row = jpeg.output_width * static_cast<std::size_t>(jpeg.output_components);
    result.resize(row * jpeg.output_height);
    while (jpeg.output_scanline < jpeg.output_height) {
      auto* line = reinterpret_cast<JSAMPROW>(result.data() + row * jpeg.output_scanline);
      jpeg_read_scanlines(&jpeg, &line, 1);
    }
  } else {
    std::array<std::vector<JSAMPLE>, 3> planes;
    const int unit = jpeg.max_v_samp_factor * jpeg.min_DCT_scaled_size;
    const std::size_t units = (jpeg.output_height + static_cast<unsigned>(unit) - 1) / static_cast<unsigned>(unit);
    for (std::size_t k = 0; k < units; ++k) {
      std::array<std::array<JSAMPROW, 64>, 3> rows{};
      std::array<JSAMPARRAY, 3> pointers{rows[0].data(), rows[1].data(), rows[2].data()};
      for (std::size_t i = 0; i < static_cast<std::size_t>(jpeg.num_components); ++i) {
        const jpeg_component_info& component = jpeg.comp_info[i];
        const auto height = static_cast<std::size_t>(component.v_samp_factor * component.DCT_scaled_size);
        const std::size_t stride = component.width_in_blocks * static_cast<std::size_t>(component.DCT_scaled_size);
        planes[i].resize(stride * height * units);
        for (std::size_t y = 0; y < height; ++y) rows[i][y] = planes[i].data() + (k * height + y) * stride;
      }
      jpeg_read_raw_data(&jpeg, pointers.data(), static_cast<JDIMENSION>(unit));
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(jpeg.num_components); ++i) {
      const jpeg_component_info& component = jpeg.comp_info[i];
      const std::size_t stride = component.width_in_blocks * static_cast<std::size_t>(component.DCT_scaled_size);
      for (JDIMENSION y = 0; y < component.downsampled_height; ++y) {
        const auto* row = reinterpret_cast<const std::byte*>(planes[i].data()) + y * stride;
        result.insert(result.end(), row, row + component.downsampled_width);
      }
    }
  }
  jpeg_destroy_decompress(&jpeg);
  return result;
}

Track jpeg_track(std::string_view pixels, std::uint32_t width, std::uint32_t height) {
  Track track = make_track(pixels, width, height);
  track.color = {.primaries = 1, .transfer = 13, .matrix = 5, .range = Range::Full, .chroma = Chroma::Center};
  if (track.pixels->model == Model::Gray) track.color.matrix = 2, track.color.chroma = Chroma::Unknown;
  return track;
}

const Attachment* find(const Picture& picture, std::string_view name) {
  const auto found = std::ranges::find(picture.attachments, name, &Attachment::name);
  return found == picture.attachments.end() ? nullptr : &*found;
}

// Where the entropy-coded data of the first scan begins.
std::size_t scan_start(const Bytes& bytes) {
  std::size_t at = 2;
  while (bytes[at + 1] != std::byte{0xda})
    at += 2 + std::to_integer<std::size_t>(bytes[at + 2]) * 256 + std::to_integer<std::size_t>(bytes[at + 3]);
  return at + 2 + std::to_integer<std::size_t>(bytes[at + 3]);
}

// The offset of the first marker of this kind in the header.
std::size_t marker(const Bytes& bytes, int code) {
  for (std::size_t at = 2;;
       at += 2 + std::to_integer<std::size_t>(bytes[at + 2]) * 256 + std::to_integer<std::size_t>(bytes[at + 3])) {
    if (bytes[at + 1] == static_cast<std::byte>(code)) return at;
  }
}

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

TEST(Jpeg, MovesTheOrientationToTheTrack) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Track track = jpeg_track("gray", 16, 16);
    track.orientation = orientation;
    const Bytes jpeg = encode(jpeg_format, track, make_pixels(track));
    const Decoded decoded = decode(jpeg_format, jpeg);
    EXPECT_EQ(decoded.picture.track.orientation, orientation);
    if (orientation == 1) {
      EXPECT_EQ(find(decoded.picture, "exif"), nullptr);
      continue;
    }
    ASSERT_NE(find(decoded.picture, "exif"), nullptr);
    EXPECT_EQ(exif_orientation(find(decoded.picture, "exif")->bytes), 1);

    const Decoded kept = decode(jpeg_format, jpeg, false, 16, {{"no-orient", "1"}});
    EXPECT_EQ(kept.picture.track.orientation, 1);
    ASSERT_NE(find(kept.picture, "exif"), nullptr);
    EXPECT_EQ(exif_orientation(find(kept.picture, "exif")->bytes), orientation);
    // And written as it is.
    const Picture again{jpeg_track("gray", 16, 16), kept.picture.attachments};
    const Bytes rewritten = encode(jpeg_format, again, {Frame{}}, kept.pixels);
    EXPECT_EQ(decode(jpeg_format, rewritten).picture.track.orientation, orientation);
  }
}

TEST(Jpeg, RefusesMetadataThatDoesNotFit) {
  const Track track = jpeg_track("gray", 8, 8);
  const auto write = [&](const char* name, std::size_t size) {
    encode(jpeg_format, Picture{track, {{name, std::string(size, 'x'), 0}}}, {Frame{}}, {make_pixels(track)});
  };
  write("exif", 65527);
  write("xmp", 65502 + 2);  // "http://ns.adobe.com/xap/1.0/" and a zero byte are 29
  EXPECT_THROW(write("exif", 65528), Error);
  EXPECT_THROW(write("xmp", 65505), Error);
  EXPECT_THROW(write("icc", 255 * 65519 + 1), Error);
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
  track.sample_aspect = {4, 3};
  EXPECT_EQ(decode(jpeg_format, encode(jpeg_format, track, make_pixels(track))).picture.track.sample_aspect,
            (Rational{4, 3}));
}

// ---- What is written ----

TEST(Jpeg, AcceptsNativePlanesAndAsksForTheRest) {
  const auto accepted = [](const Track& track, const Options& given = {}) {
    FormatOptions options(jpeg_format.encode_options);
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
  const FormatOptions options(jpeg_format.encode_options);
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
  FormatOptions options(jpeg_format.decode_options);
  Source source = Source::memory(bomb, "in");
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
  const FormatOptions options(jpeg_format.decode_options);
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
      if (at >= limit) throw Error(Status::Io, "the disk is gone");
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
      EXPECT_STREQ(error.what(), "the disk is gone");
    }
  }
}

TEST(Jpeg, ExceptionsOfTheTargetPassThroughLibjpeg) {
  const Track track = jpeg_track("yuv444p", 640, 640);
  Bytes pixels(strip_bytes(*track.pixels, 640, 640));
  std::uint32_t state = 1;
  for (std::byte& byte : pixels) byte = static_cast<std::byte>((state = state * 1664525u + 1013904223u) >> 24);
  const FormatOptions options(jpeg_format.encode_options);
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
  EXPECT_TRUE(jpeg_format.sniff(bytes_of("\xff\xd8\xff\xe0")));
  EXPECT_TRUE(jpeg_format.sniff(bytes_of("\xff\xd8")));
  EXPECT_FALSE(jpeg_format.sniff(bytes_of("\xff")));
  EXPECT_FALSE(jpeg_format.sniff(bytes_of("\xff\xd8\xfe\xe0")));
  EXPECT_FALSE(jpeg_format.sniff({}));
}

}  // namespace

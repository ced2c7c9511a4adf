// What every format of pictures must bear: its own files whole, cut off anywhere, and with changed bytes. A new format
// is a row here.

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>

#include "libcore/base/limits.h"
#include "tests/unit/formats/format_fixture.h"
#include "tests/unit/formats/made_files.h"

namespace sl {

extern const Format jpeg_format, png_format, webp_format, pnm_format;
extern const Format bmp_format, ico_format, qoi_format, farbfeld_format, tga_format, apng_format, radiance_format,
    bare_format, csv_format;
#ifdef SL_WITH_tiff
extern const Format tiff_format;
#endif
#ifdef SL_WITH_gif
extern const Format gif_format;
#endif
#ifdef SL_WITH_heif
extern const Format heif_format;
#endif
#ifdef SL_WITH_jxl
extern const Format jxl_format;
#endif
#ifdef SL_WITH_exr
extern const Format exr_format;
#endif
#ifdef SL_WITH_svg
extern const Format svg_format;
#endif
#ifdef SL_WITH_pdf
extern const Format pdf_format;
#endif
#ifdef SL_WITH_jp2
extern const Format jp2_format;
#endif
#ifdef SL_WITH_raw
extern const Format raw_format;
#endif

namespace test {
namespace {

// What most changes of bytes do is seen by the sanitizers alone.
#ifdef __SANITIZE_ADDRESS__
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// A way to write a picture. `lossless`: it comes back as it was. `slack`: bytes at the end that no pixel needs. A
// format that is only read has a `file`, of `pixels`. One without marks is read with options.
struct Way {
  const Format* format;
  const char* pixels;
  Options options;
  bool lossless;
  std::size_t slack;
  Bytes (*file)() = nullptr;
  Options reading = {};
  int changes = sanitized ? 2000 : 200;  // files with changed bytes, of all ways of the format
};

constexpr std::size_t any_row = 1 << 20;  // a file that is cut between rows is whole

std::string name_of(const Way& way) {
  std::string name = std::string(way.format->info.name) + "_" + way.pixels;
  for (const auto& [option, value] : way.options) name += "_" + option + value;
  std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; });
  return name;
}
void PrintTo(const Way& way, std::ostream* out) { *out << name_of(way); }

std::vector<Way> ways() {
  std::vector<Way> ways{
      {&jpeg_format, "yuv420p", {}, false, 2},
      {&jpeg_format, "gray", {{"progressive", "1"}}, false, 2},
      {&png_format, "rgb24", {}, true, 0},
      {&png_format, "rgba64le", {}, true, 0},
      {&webp_format, "rgba", {{"lossless", "1"}}, true, 1},
      {&pnm_format, "rgb24", {}, true, 0},
      {&pnm_format, "gray16le", {}, true, 0},
      {&apng_format, "rgba", {}, true, 0},
      {&apng_format, "ya16le", {}, true, 0},
      {&radiance_format, "rgbf32le", {}, false, 0},
      {&bmp_format, "gray", {}, true, 3},
      {&bmp_format, "gray", {{"bits", "1"}}, false, 3},
      {&bmp_format, "rgb24", {}, true, 3},
      {&bmp_format, "rgba", {}, true, 0},
      {&qoi_format, "rgb24", {}, true, 0},
      {&qoi_format, "rgba", {}, true, 0},
      {&farbfeld_format, "rgba64le", {}, true, 0},
      {&tga_format, "gray", {}, true, 26},
      {&tga_format, "ya8", {}, true, 26},
      {&tga_format, "rgb24", {}, true, 26},
      {&tga_format, "rgba", {}, true, 26},
      {&tga_format, "rgb24", {{"compress", "none"}}, true, 26},
      {&ico_format, "rgba", {}, true, 0},
      {&bare_format, "rgb24", {}, true, 0, nullptr, {{"raw", "45x37:rgb24"}}},
      {&bare_format, "yuv420p10le", {}, true, 0, nullptr, {{"raw", "45x37:yuv420p10le"}}},
      {&bare_format, "gbrapf32le", {}, true, 0, nullptr, {{"raw", "45x37:gbrapf32le"}}},
      {&csv_format, "rgb48le", {}, true, any_row, nullptr, {{"pixels", "rgb48le"}}},
      {&csv_format, "grayf32le", {}, true, any_row, nullptr, {{"pixels", "grayf32le"}}},
  };
#ifdef SL_WITH_tiff
  for (const char* pixels : {"gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le", "grayf32le",
                             "rgbf32le", "rgbaf32le"})
    ways.push_back({&tiff_format, pixels, {}, true, 0});
  for (const char* compression : {"none", "lzw", "packbits", "zstd", "lzma"})
    ways.push_back({&tiff_format, "rgb24", {{"compress", compression}}, true, 0});
  ways.push_back({&tiff_format, "rgb24", {{"compress", "jpeg"}}, false, 0});
  ways.push_back({&tiff_format, "gray", {{"compress", "jpeg"}}, false, 0});
  ways.push_back({&tiff_format, "rgba", {{"compress", "webp"}}, false, 0});
  ways.push_back({&tiff_format, "gray", {{"compress", "g4"}}, false, 0});
  ways.push_back({&tiff_format, "gray", {{"bits", "1"}}, false, 0});
  ways.push_back({&tiff_format, "rgb24", {{"tile", "16"}}, true, 0});
  ways.push_back({&tiff_format, "rgba64le", {{"tile", "32"}, {"bigtiff", "1"}}, true, 0});
#endif
#ifdef SL_WITH_gif
  ways.push_back({&gif_format, "rgb24", {}, false, 0});
  ways.push_back({&gif_format, "rgba", {{"dither", "0"}, {"palette", "global"}}, false, 0});
#endif
#ifdef SL_WITH_heif
  ways.push_back({&heif_format, "yuv420p", {{"speed", "9"}}, false, 0});
  ways.push_back({&heif_format, "rgba", {{"speed", "9"}, {"quality", "90"}}, false, 0});
  ways.push_back({&heif_format, "yuv420p12le", {{"speed", "9"}}, false, 0});
  ways.push_back({&heif_format, "yuv444p", {{"speed", "9"}, {"lossless", "1"}}, false, 0});
  ways.push_back({&heif_format, "yuv420p", {{"variant", "heic"}}, false, 0});
#endif
#ifdef SL_WITH_jxl
  const std::pair<std::string, std::string> fast{"effort", "3"}, whole{"lossless", "1"};
  for (const char* pixels : {"gray", "rgba", "ya16le", "rgb48le", "grayf32le", "rgbaf32le"})
    ways.push_back({&jxl_format, pixels, {fast, whole}, true, 0});
  ways.push_back({&jxl_format, "rgb24", {fast}, false, 0});
  ways.push_back({&jxl_format, "rgba64le", {fast, {"progressive", "1"}}, false, 0});
#endif
#ifdef SL_WITH_exr
  for (const char* compression : {"none", "rle", "zips", "zip", "piz"})
    ways.push_back({&exr_format, "rgbf32le", {{"compress", compression}}, true, 0});
  ways.push_back({&exr_format, "grayf32le", {}, true, 0});
  ways.push_back({&exr_format, "rgbaf32le", {}, true, 0});
  for (const char* compression : {"pxr24", "b44", "dwaa"})
    ways.push_back({&exr_format, "rgbf32le", {{"compress", compression}, {"bits", "16"}}, false, 0});
#endif
#ifdef SL_WITH_svg
  ways.push_back({&svg_format, "rgba", {}, false, 1, make_svg});
#endif
#ifdef SL_WITH_pdf
  ways.push_back({&pdf_format, "rgb24", {}, false, 1, make_pdf});
#endif
#ifdef SL_WITH_jp2
  ways.push_back({&jp2_format, "rgb24", {}, false, 2, make_jp2});
  ways.push_back({&jp2_format, "ya16le", {}, false, 2, make_gray_j2k});
#endif
#ifdef SL_WITH_raw
  ways.push_back({&raw_format, "rgb48le", {}, false, 1, make_dng, {}, sanitized ? 400 : 40});
#endif
  return ways;
}

class EveryFormat : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    const Way& way = GetParam();
    track_ = make_track(way.pixels, 45, 37);
    if (way.file != nullptr) {
      file_ = way.file();
      return;
    }
    const bool light = way.format->info.name == "OpenEXR";
    if (light) track_.color = {.primaries = 1, .transfer = 8, .matrix = track_.color.matrix, .range = Range::Full};
    if (way.format == &jpeg_format && track_.pixels->model == Model::Yuv) {
      track_.color = {.primaries = 1, .transfer = 13, .matrix = 5, .range = Range::Full, .chroma = Chroma::Center};
    }
    FormatOptions options(way.format->info.encode_options);
    for (const auto& [name, value] : way.options) options.set(name, value);
    Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
    track_ = way.format->encoder({target, options, 1})->accept(track_);
    pixels_ = make_pixels(track_);
    if (track_.pixels->sample == Sample::F32) pixels_ = make_floats(track_);
    file_ = encode(*way.format, track_, pixels_, way.options);
  }

  Track track_;
  Bytes pixels_, file_;
};

TEST_P(EveryFormat, ComesBackInStripsOfAnyHeight) {
  const Way& way = GetParam();
  if (way.reading.empty()) {
    EXPECT_TRUE(way.format->info.sniff(std::span(file_).first(std::min(file_.size(), far_sniff_bytes))));
    Source source = Source::memory(file_, "in");
    EXPECT_EQ(recognise_format(source), &way.format->info);
  }
  const Decoded whole = decode(*way.format, file_, false, 1 << 20, way.reading);
  const Decoded thin = decode(*way.format, file_, false, 2, way.reading);
  ASSERT_EQ(whole.pixels.size(), 1u);
  EXPECT_EQ(whole.picture.track.width, track_.width);
  EXPECT_EQ(whole.picture.track.height, track_.height);
  EXPECT_EQ(whole.pixels, thin.pixels);
  if (way.file != nullptr) {
    EXPECT_EQ(whole.picture.track.pixels, track_.pixels);
  }
  if (way.lossless) {
    EXPECT_EQ(whole.picture.track.pixels, track_.pixels);
    EXPECT_EQ(whole.pixels[0], pixels_);
  }
  EXPECT_TRUE(whole.warnings.empty()) << whole.warnings[0];
}

TEST_P(EveryFormat, BytesDependOnNeitherStripsNorThreads) {
  const Way& way = GetParam();
  if (way.file != nullptr) GTEST_SKIP() << "it is only read";
  EXPECT_EQ(encode(*way.format, track_, pixels_, way.options, 2), file_);
  EXPECT_EQ(encode(*way.format, track_, pixels_, way.options, 16, 3), file_);
}

TEST_P(EveryFormat, CutOffAnywhereIsAnError) {
  const Way& way = GetParam();
  const std::size_t step = std::max<std::size_t>(1, file_.size() / 150);
  for (std::size_t size = 1; size < file_.size(); size += (size + 40 > file_.size() ? 1 : step)) {
    const auto part = std::span<const std::byte>(file_).first(size);
    try {
      const Decoded decoded = decode(*way.format, part, false, 1 << 20, way.reading);
      EXPECT_GE(size + way.slack, file_.size()) << "cut at " << size << " of " << file_.size();
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::Data) << error.what();
    }
  }
}

// A number from the environment, for long runs.
int number_from(const char* name, int fallback) {
  const char* const text = std::getenv(name);
  return text == nullptr ? fallback : std::stoi(text);
}

// Any result is good but a crash, a hang, other statuses than those of bad data, and much memory.
TEST_P(EveryFormat, ChangedBytesDoNoHarm) {
  const Way& way = GetParam();
  const int files = number_from("SL_CHANGES", way.changes);
  const Limits before = limits();
  limits().memory = 64 << 20;
  limits().pixels = 1 << 22;
  std::mt19937 random(static_cast<unsigned>(number_from("SL_SEED", 7)));
  const int count = files / static_cast<int>(std::ranges::count(ways(), way.format, &Way::format)) + 1;
  for (int i = 0; i < count; ++i) {
    Bytes file = file_;
    for (unsigned changes = 1 + random() % 8; changes > 0; --changes) {
      // Headers are hit more often than their size deserves.
      const std::size_t range = random() % 2 == 0 ? std::min<std::size_t>(file.size(), 200) : file.size();
      const std::size_t at = random() % 4 == 0 ? file.size() - 1 - random() % range : random() % range;
      const std::uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff, static_cast<std::uint8_t>(random())};
      file[at] = static_cast<std::byte>(values[random() % 6]);
    }
    if (random() % 8 == 0) file.resize(file.size() - random() % file.size());
    const auto begin = std::chrono::steady_clock::now();
    try {
      (void)decode(*way.format, file, i % 2 == 1, 1 << 20, way.reading);
    } catch (const Error& error) {
      EXPECT_TRUE(error.status() == Status::Data || error.status() == Status::Limit) << error.what();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << "file " << i;
  }
  limits() = before;
}

INSTANTIATE_TEST_SUITE_P(Ways, EveryFormat, testing::ValuesIn(ways()),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace test
}  // namespace sl

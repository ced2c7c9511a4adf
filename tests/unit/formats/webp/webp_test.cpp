// WebP: stills and animations both ways, metadata, and what must be refused.

#include <unistd.h>
#include <webp/encode.h>

#include <array>
#include <cstdlib>

#include "formats/metadata/exif.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format webp_format;

namespace {

using namespace test;
using namespace std::string_literals;

const test::Options lossless{{"lossless", "1"}, {"effort", "0"}, {"exact", "1"}};

Decoded decode(std::span<const std::byte> file, bool salvage = false) {
  return test::decode(webp_format, file, salvage, 1 << 20);
}

// The largest difference of two samples.
int distance(const Bytes& a, const Bytes& b) {
  EXPECT_EQ(a.size(), b.size());
  int worst = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    worst = std::max(worst, std::abs(std::to_integer<int>(a[i]) - std::to_integer<int>(b[i])));
  }
  return worst;
}

// Noisy colours that differ from frame to frame.
struct Animation {
  Picture picture;
  std::vector<Frame> frames;
  std::vector<Bytes> pixels;
};

Animation make_animation(std::vector<std::int64_t> durations, Rational time_base = {1, 1000}) {
  Animation animation;
  Track& track = animation.picture.track = make_track("rgba", 13, 9);
  track.time_base = time_base;
  track.loop = 3;
  std::int64_t time = 0;
  for (const std::int64_t duration : durations) {
    Frame frame;
    frame.number = animation.frames.size();
    frame.pts = time;
    frame.duration = duration;
    time += duration;
    animation.frames.push_back(frame);
    Bytes pixels = make_pixels(track, static_cast<unsigned>(animation.frames.size()));
    for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = std::byte{255};
    animation.pixels.push_back(std::move(pixels));
  }
  return animation;
}

Bytes encode(const Animation& animation, const test::Options& options = lossless) {
  return test::encode(webp_format, animation.picture, animation.frames, animation.pixels, options);
}

TEST(Webp, LosslessIsExactAtAnySizeHoweverItIsCut) {
  for (const std::string format : {"rgb24", "rgba"}) {
    for (const auto& [width, height] : {std::pair{1u, 1u}, std::pair{1u, 7u}, std::pair{47u, 33u}}) {
      const Track track = make_track(format, width, height);
      Bytes pixels = make_pixels(track);
      if (format == "rgba") pixels[3] = std::byte{0};  // colour under full transparency is kept: `exact`
      const Bytes file = test::encode(webp_format, track, pixels, lossless);
      EXPECT_EQ(file, test::encode(webp_format, track, pixels, lossless, 1));
      const Decoded decoded = decode(file);
      EXPECT_EQ(decoded.picture.track.pixels, track.pixels);
      EXPECT_EQ(decoded.picture.track.color, (Color{1, 13, 0, Range::Full, Chroma::Unknown}));
      EXPECT_EQ(decoded.pixels.at(0), pixels);
      EXPECT_EQ(test::decode_by_single_bytes(webp_format, file).pixels.at(0), pixels);
      EXPECT_EQ(test::decode(webp_format, file, false, 2).pixels.at(0), pixels);
    }
  }
}

TEST(Webp, LossyPlanesAreCodedAsTheyAre) {
  for (const std::string format : {"yuv420p", "yuva420p"}) {
    for (const auto& [width, height] : {std::pair{1u, 1u}, std::pair{1u, 7u}, std::pair{47u, 33u}}) {
      const Track track = make_track(format, width, height);
      Bytes pixels(strip_bytes(*track.pixels, width, height));
      for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(60 + i * 100 / pixels.size());
      const Bytes file = test::encode(webp_format, track, pixels, {{"quality", "100"}});
      EXPECT_EQ(file, test::encode(webp_format, track, pixels, {{"quality", "100"}}, 2));
      const Decoded decoded = decode(file);
      EXPECT_EQ(decoded.picture.track.pixels->name, format);
      EXPECT_EQ(decoded.picture.track.color, (Color{1, 13, 6, Range::Limited, Chroma::Center}));
      EXPECT_LE(distance(decoded.pixels.at(0), pixels), 6) << format << ' ' << width << 'x' << height;
      EXPECT_EQ(test::decode_by_single_bytes(webp_format, file).pixels.at(0), decoded.pixels[0]);
      EXPECT_EQ(test::decode(webp_format, file, false, 2).pixels.at(0), decoded.pixels[0]);
      if (format == "yuva420p") {
        const auto alpha = [&](const Bytes& all) { return Bytes(all.end() - width * height, all.end()); };
        EXPECT_EQ(alpha(decoded.pixels[0]), alpha(pixels));
      }
    }
  }
}

TEST(Webp, LossyRgbComesBackNearly) {
  const Track track = make_track("rgb24", 47, 33);
  Bytes pixels(strip_bytes(*track.pixels, 47, 33));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(i / 3 * 200 / (47 * 33));  // gray
  const Decoded decoded = decode(test::encode(webp_format, track, pixels, {{"quality", "95"}}));
  ASSERT_EQ(decoded.picture.track.pixels->name, "yuv420p");
  for (std::size_t i = 0; i < 47 * 33; ++i) {
    const int wanted = 16 + std::to_integer<int>(pixels[i * 3]) * 219 / 255;
    EXPECT_NEAR(std::to_integer<int>(decoded.pixels.at(0)[i]), wanted, 6) << i;
  }
}

TEST(Webp, QualityAndEffortChangeTheFileAndThreadsDoNot) {
  const Track track = make_track("rgb24", 120, 90);
  const Bytes pixels = make_pixels(track);
  EXPECT_LT(test::encode(webp_format, track, pixels, {{"quality", "20"}}).size(),
            test::encode(webp_format, track, pixels, {{"quality", "90"}}).size());
  for (const bool whole : {false, true}) {
    std::array<Bytes, 2> files;
    for (const int threads : {1, 4}) {
      FormatOptions options(webp_format.info.encode_options);
      if (whole) options.set("lossless", "1");
      Bytes& file = files[threads / 4];
      Target target =
          Target::callbacks([&](auto piece) { file.insert(file.end(), piece.begin(), piece.end()); }, [] {}, "out");
      const auto encoder = webp_format.encoder({target, options, threads});
      Bytes copy = pixels;
      encoder->begin({encoder->accept(track), {}});
      encoder->begin_frame({});
      encoder->write_rows(packed_strip(*track.pixels, 120, 90, copy.data()));
      encoder->end_frame();
      encoder->finish();
      target.finish();
    }
    EXPECT_FALSE(files[0].empty());
    EXPECT_EQ(files[0], files[1]);
  }
}

TEST(Webp, AcceptsWhatItCanCode) {
  struct Case {
    std::string from, lossy, lossless;
  };
  const std::array<Case, 9> cases{{{"yuv420p", "yuv420p", "rgb24"},
                                   {"yuva420p", "yuva420p", "rgba"},
                                   {"yuv420p10le", "yuv420p", "rgb24"},
                                   {"yuv444p", "rgb24", "rgb24"},
                                   {"gray", "rgb24", "rgb24"},
                                   {"ya16le", "rgba", "rgba"},
                                   {"rgb48le", "rgb24", "rgb24"},
                                   {"rgbaf32le", "rgba", "rgba"},
                                   {"nv12", "yuv420p", "rgb24"}}};
  for (const Case& c : cases) {
    for (const bool whole : {false, true}) {
      FormatOptions options(webp_format.info.encode_options);
      if (whole) options.set("lossless", "1");
      Target target = Target::callbacks([](std::span<const std::byte>) {}, [] {}, "out");
      const auto encoder = webp_format.encoder({target, options, 1});
      EXPECT_EQ(encoder->accept(make_track(c.from, 3, 3)).pixels->name, whole ? c.lossless : c.lossy) << c.from;
      Track jpeg = make_track("yuv420p", 3, 3);
      jpeg.color.range = Range::Full;
      EXPECT_EQ(encoder->accept(jpeg).pixels->name, whole ? "rgb24" : "yuv420p");
      if (!whole) {
        EXPECT_EQ(encoder->accept(jpeg).color.range, Range::Limited);
      }
      EXPECT_THROW((void)encoder->accept(make_track("rgb24", 16384, 1)), Error);
    }
  }
}

TEST(Webp, AnimationKeepsPixelsTimesAndLoop) {
  const Animation animation = make_animation({40, 1000, 123});
  const Bytes file = encode(animation);
  const Decoded decoded = decode(file);
  EXPECT_EQ(decoded.picture.track.loop, 3);
  EXPECT_EQ(decoded.picture.track.time_base, (Rational{1, 1000}));
  ASSERT_EQ(decoded.frames.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(decoded.frames[i].number, i);
    EXPECT_EQ(decoded.frames[i].pts, animation.frames[i].pts);
    EXPECT_EQ(decoded.frames[i].duration, animation.frames[i].duration);
    EXPECT_EQ(decoded.pixels[i], animation.pixels[i]);
  }
  EXPECT_EQ(test::decode_by_single_bytes(webp_format, file).pixels, animation.pixels);
}

TEST(Webp, RoundedTimesDoNotDrift) {
  std::vector<std::int64_t> durations(30, 1001);  // 29.97 Hz
  const Decoded decoded = decode(encode(make_animation(durations, {1, 30000})));
  ASSERT_EQ(decoded.frames.size(), 30u);
  EXPECT_EQ(decoded.frames[1].pts, 33);
  EXPECT_EQ(decoded.frames[15].pts, 501);  // 500.5
  EXPECT_EQ(decoded.frames[29].pts + decoded.frames[29].duration, 1001);
}

TEST(Webp, DurationsComeFromTimesWhereThereAreNone) {
  Animation animation = make_animation({50, 70, 90});
  for (Frame& frame : animation.frames) frame.duration = no_time;
  const Decoded decoded = decode(encode(animation));
  ASSERT_EQ(decoded.frames.size(), 3u);
  EXPECT_EQ(decoded.frames[0].duration, 50);
  EXPECT_EQ(decoded.frames[1].duration, 70);
  EXPECT_EQ(decoded.frames[2].duration, 70);  // as the one before
}

TEST(Webp, WritesDurationsUpTo10MillisecondsAsTheyAreShown) {
  const Decoded decoded = decode(encode(make_animation({10, 11, 0})));
  ASSERT_EQ(decoded.frames.size(), 3u);
  EXPECT_EQ(decoded.frames[0].duration, 100);
  EXPECT_EQ(decoded.frames[1].duration, 11);
  EXPECT_EQ(decoded.frames[2].duration, 100);
}

TEST(Webp, LossyPlanesCanBeAnimated) {
  Picture picture{make_track("yuv420p", 16, 16), {}};
  const Bytes dark(16 * 16 * 3 / 2, std::byte{100}), light(16 * 16 * 3 / 2, std::byte{150});
  const Decoded decoded = decode(test::encode(webp_format, picture, {Frame{}, Frame{}}, {dark, light}));
  ASSERT_EQ(decoded.frames.size(), 2u);
  EXPECT_EQ(decoded.frames[0].duration, 100);
  EXPECT_GT(distance(decoded.pixels[0], decoded.pixels[1]), 20);
}

// A small valid EXIF blob: an orientation in a directory of one entry.
std::string exif_of(int orientation) { return exif_with_orientation(exif_with_orientation("", 2), orientation); }

TEST(Webp, MetadataComesBackByteForByte) {
  const std::string icc = "profile" + std::string(130, 'p'), xmp = "<x:xmpmeta/>", exif = exif_of(1);
  ASSERT_TRUE(is_exif(exif));
  for (const auto& [name, options] : {std::pair{"rgb24"s, lossless}, std::pair{"yuva420p"s, test::Options{}}}) {
    Picture picture{make_track(name, 11, 7), {{"icc", icc, 0}, {"exif", exif, 0}, {"xmp", xmp, 0}}};
    const Bytes file = test::encode(webp_format, picture, {Frame{}}, {make_pixels(picture.track)}, options);
    Decoded decoded = decode(file);
    std::ranges::sort(decoded.picture.attachments, {}, &Attachment::name);
    std::ranges::sort(picture.attachments, {}, &Attachment::name);
    EXPECT_EQ(decoded.picture.attachments, picture.attachments);
    EXPECT_EQ(decoded.picture.track.pixels, picture.track.pixels);
    EXPECT_EQ(test::decode_by_single_bytes(webp_format, file).pixels, decoded.pixels);
  }
  Animation animation = make_animation({50, 60});
  animation.picture.attachments = {{"icc", icc, 0}, {"exif", exif, 0}};
  const Decoded decoded = decode(encode(animation));
  EXPECT_EQ(decoded.picture.attachments, animation.picture.attachments);
  EXPECT_EQ(decoded.frames.size(), 2u);
}

TEST(Webp, LeavesTheOrientationInExif) {
  const Picture picture{make_track("rgb24", 5, 3), {{"exif", exif_of(6), 0}}};
  const Decoded decoded = decode(test::encode(webp_format, picture, {Frame{}}, {make_pixels(picture.track)}, lossless));
  EXPECT_EQ(decoded.picture.track.orientation, 1);
  EXPECT_EQ(decoded.picture.attachments, picture.attachments);
}

// ---- Bad input ----

struct Sample {
  std::string name;
  Bytes file;
};

std::vector<Sample> samples() {
  const std::string exif = exif_of(3);
  const Track rgb = make_track("rgb24", 17, 40), rgba = make_track("rgba", 17, 40),
              planes = make_track("yuv420p", 17, 40);
  Picture tagged{make_track("yuva420p", 17, 40), {{"icc", "profile", 0}, {"exif", exif, 0}}};
  return {{"lossless", test::encode(webp_format, rgb, make_pixels(rgb), lossless)},
          {"lossless with alpha", test::encode(webp_format, rgba, make_pixels(rgba), lossless)},
          {"lossy", test::encode(webp_format, planes, make_pixels(planes))},
          {"lossy with alpha and EXIF", test::encode(webp_format, tagged, {Frame{}}, {make_pixels(tagged.track)})},
          {"animation", encode(make_animation({50, 60}))}};
}

TEST(Webp, EveryPrefixFailsCleanly) {
  for (const Sample& sample : samples()) {
    // The last byte may be padding, whose lack is forgiven.
    for (std::size_t size = 0; size + 1 < sample.file.size(); ++size) {
      const auto prefix = std::span(sample.file).first(size);
      const std::string error = test::decode_error(webp_format, prefix);
      EXPECT_TRUE(error.starts_with("in: WebP: truncated")) << sample.name << " cut at " << size << ": " << error;
      try {
        const Decoded salvaged = decode(prefix, true);
        EXPECT_FALSE(salvaged.warnings.empty()) << sample.name << ' ' << size;
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::Data);
      }
    }
  }
}

TEST(Webp, AnyFlippedByteIsHarmless) {
  const Limits saved = limits();
  limits().pixels = 20000;
  for (const Sample& sample : samples()) {
    for (std::size_t at = 0; at < sample.file.size(); ++at) {
      Bytes file = sample.file;
      file[at] ^= std::byte{0xff};
      for (const bool salvage : {false, true}) {
        try {
          (void)decode(file, salvage);
        } catch (const Error& error) {
          EXPECT_TRUE(error.status() == Status::Data || error.status() == Status::Limit) << error.what();
        }
      }
    }
  }
  limits() = saved;
}

TEST(Webp, SalvageKeepsWhatCameAndMarksTheRest) {
  const Track track = make_track("rgb24", 64, 64);
  const Bytes pixels = make_pixels(track);
  const Bytes file = test::encode(webp_format, track, pixels, lossless);
  const auto half = std::span(file).first(file.size() / 2);
  const std::string error = test::decode_error(webp_format, half);
  EXPECT_TRUE(error.starts_with("in: WebP: truncated after row ")) << error;
  EXPECT_TRUE(error.ends_with(" of 64")) << error;
  const Decoded decoded = decode(half, true);
  ASSERT_EQ(decoded.warnings.size(), 1u);
  ASSERT_FALSE(decoded.damaged.empty());
  const std::uint32_t good = decoded.damaged.front();
  EXPECT_GT(good, 8u);
  EXPECT_EQ(decoded.damaged.size(), 64 - good);
  const std::ptrdiff_t border = good * 64 * 3;
  EXPECT_TRUE(std::equal(pixels.begin(), pixels.begin() + border, decoded.pixels.at(0).begin()));
  EXPECT_TRUE(std::all_of(decoded.pixels[0].begin() + border, decoded.pixels[0].end(),
                          [](std::byte b) { return b == std::byte{0}; }));
}

TEST(Webp, SalvageKeepsTheWholeFramesOfAnAnimation) {
  const Animation animation = make_animation({50, 60, 70});
  const Bytes file = encode(animation);
  const auto cut = std::span(file).first(file.size() - 20);
  EXPECT_EQ(test::decode_error(webp_format, cut), "in: WebP: truncated after frame 2 of the animation");
  const Decoded decoded = decode(cut, true);
  EXPECT_EQ(decoded.frames.size(), 2u);
  EXPECT_EQ(decoded.pixels.at(1), animation.pixels[1]);
  EXPECT_EQ(decoded.warnings.size(), 1u);
}

TEST(Webp, StandsBehindThePictureForTheNextOne) {
  for (const Sample& sample : samples()) {
    Bytes two = sample.file;
    two.insert(two.end(), sample.file.begin(), sample.file.end());
    Source source = Source::memory(two, "in");
    for (int i = 1; i <= 2; ++i) {
      ASSERT_TRUE(webp_format.info.sniff(source.peek(sniff_bytes)));
      (void)test::decode(webp_format, source);
      EXPECT_EQ(source.position(), i * sample.file.size()) << sample.name;
    }
  }
}

TEST(Webp, RefusesBeforeTakingMemory) {
  Bytes file = test::bytes_of("RIFF\x20\0\0\0WEBPVP8L\x10\0\0\0\x2f\xe7\xc3\xf9\0\0"s);
  EXPECT_EQ(test::decode_error(webp_format, file), "in: WebP: truncated after row 0 of 1000");
  const Limits saved = limits();
  limits().pixels = 999999;
  EXPECT_NE(test::decode_error(webp_format, file, Status::Limit).find("--max-pixels"), std::string::npos);
  limits() = saved;
  limits().memory = 1000000;
  EXPECT_NE(test::decode_error(webp_format, file, Status::Limit).find("--max-memory"), std::string::npos);
  limits() = saved;
  file = test::bytes_of("RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0\x20\0\0\0\0\0\0\0\0\0ICCP\xff\xff\xff\x7e"s);
  EXPECT_NE(test::decode_error(webp_format, file, Status::Limit).find("--max-metadata"), std::string::npos);
  file = test::bytes_of("RIFF\xff\xff\xff\xf0WEBPVP8X\x0a\0\0\0\x08\0\0\0\0\0\0\0\0\0"s);
  EXPECT_NE(test::decode_error(webp_format, file, Status::Limit).find("--max-memory"), std::string::npos);
}

TEST(Webp, HandsOnRowsWhenTheInputWouldWait) {
  const Track track = make_track("yuv420p", 64, 400);
  const Bytes file = test::encode(webp_format, track, make_pixels(track), {{"quality", "90"}});
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const std::size_t first = file.size() * 3 / 4;
  ASSERT_EQ(write(ends[1], file.data(), first), static_cast<ssize_t>(first));
  Source source = Source::descriptor(ends[0], "in");
  source.end_header();
  const FormatOptions options(webp_format.info.decode_options);
  const auto decoder = webp_format.decoder({source, options, false, [](const std::string&) {}});
  decoder->header();
  decoder->next_frame();
  const Strip strip = decoder->read_rows(400);
  EXPECT_GT(strip.rows, 100u);
  EXPECT_LT(strip.rows, 400u);
  ASSERT_EQ(write(ends[1], file.data() + first, file.size() - first), static_cast<ssize_t>(file.size() - first));
  close(ends[1]);
  std::uint32_t rows = strip.rows;
  while (rows < 400) rows += decoder->read_rows(400).rows;
  EXPECT_EQ(rows, 400u);
  EXPECT_FALSE(decoder->next_frame());
}

}  // namespace

}  // namespace sl

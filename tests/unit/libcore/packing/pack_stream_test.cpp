// Packed strips: every format comes back, however strips and pieces were cut; the vectors; and random damage.

#include "libcore/packing/pack_stream.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;
using Bytes = std::vector<std::byte>;

// What `write` writes.
template <class Write>
Bytes written(const Write& write) {
  Bytes bytes;
  sl::Target target = sl::Target::callbacks(
      [&](std::span<const std::byte> some) { bytes.insert(bytes.end(), some.begin(), some.end()); }, {}, "memory");
  sl::Writer out(target, {"test", "1", "host", ""}, "test");
  write(out);
  target.flush();
  return bytes;
}

Bytes packed(const Bytes& raw) {
  return written([&](sl::Writer& out) {
    sl::Source source = sl::Source::memory(raw, "memory");
    sl::Reader in(source);
    sl::pack_streams(in, out);
    out.close();
  });
}

Bytes unpacked(const Bytes& bytes, bool salvage = false) {
  return written([&](sl::Writer& out) {
    sl::Source source = sl::Source::memory(bytes, "memory");
    sl::Reader in(source);
    sl::unpack_streams(in, out, salvage);
    out.close();
  });
}

// Everything in a stream but STAGE and the counts of stages. Samples are joined, so their cuts do not count.
struct Content {
  std::vector<sl::Track> tracks;
  std::vector<sl::Frame> frames;
  std::vector<std::vector<std::byte>> samples;  // of each frame, its planes one after another
  std::vector<sl::wire::TrackCount> counts;
  bool operator==(const Content&) const = default;
};

Content content_of(const Bytes& bytes) {
  Content content;
  sl::Source source = sl::Source::memory(bytes, "memory");
  sl::Reader in(source);
  std::vector<Bytes> planes;
  while (const auto record = in.next()) {
    if (record->type == Type::Track) content.tracks.push_back(in.track(record->track));
    if (record->type == Type::Frame) {
      content.frames.push_back(in.frame(record->track));
      planes.assign(4, {});
    }
    if (record->type == Type::Rows) {
      const sl::Strip strip = in.strip();
      for (std::size_t i = 0; i < static_cast<std::size_t>(strip.format->planes); ++i) {
        const sl::Plane& plane = strip.planes.at(i);
        planes.at(i).insert(planes.at(i).end(), plane.data, plane.data + plane.stride * plane.rows);
      }
    }
    if (record->type == Type::Bytes) {
      const auto body = in.body();
      planes.at(0).insert(planes.at(0).end(), body.begin(), body.end());
    }
    const bool has_samples = record->type == Type::Rows || record->type == Type::Bytes;
    if (has_samples && (record->flags & sl::wire::piece_last) != 0) {
      content.samples.emplace_back();
      for (const Bytes& plane : planes) {
        content.samples.back().insert(content.samples.back().end(), plane.begin(), plane.end());
      }
    }
    if (record->type == Type::End) content.counts = in.end().tracks;
  }
  return content;
}

enum class Look { Flat, Smooth, Noise };

// Samples of any bits; floats among them are NaN and infinite too.
void fill(std::span<std::byte> bytes, Look look, std::mt19937& random) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto wave = static_cast<unsigned>(60 * std::sin(static_cast<double>(i) / 40) + 100);
    const unsigned value = look == Look::Flat ? 3 : look == Look::Smooth ? wave + random() % 3 : random();
    bytes[i] = static_cast<std::byte>(value);
  }
}

// A stream of two pictures, in strips of `step` times the alignment.
Bytes pictures(const sl::PixelFormat& format, std::uint32_t width, std::uint32_t height, std::uint32_t step, Look look,
               sl::Fields fields = sl::Fields::Unknown) {
  sl::Track track;
  track.pixels = &format;
  track.width = width;
  track.height = height;
  track.time_base = {1, 30};
  track.fields = fields;
  track.alpha = format.alpha ? sl::Alpha::Straight : sl::Alpha::None;
  track.rest = R"({"hdr":{"max_cll":1000},"source":"a"})";
  std::mt19937 random(7);
  return written([&](sl::Writer& out) {
    out.begin();
    out.track(1, track);
    for (std::uint64_t number = 3; number < 5; ++number) {
      out.frame(1, {.number = number,
                    .pts = static_cast<std::int64_t>(number),
                    .capture = 17,
                    .wall = 18,
                    .flags = 1 | 16,
                    .metadata = R"({"geometry":{}})"});
      const std::uint32_t rows = step * sl::strip_alignment(track);
      Bytes bytes(static_cast<std::size_t>(sl::strip_bytes(format, width, height)));
      fill(bytes, look, random);
      sl::Strip whole = sl::packed_strip(format, width, height, bytes.data());
      whole.last = true;
      for (std::uint32_t y = 0; y < height; y += rows) {
        sl::Strip strip = sl::part_of(whole, y, std::min(rows, height - y));
        strip.damaged = number == 4 && y == 0;
        out.rows(1, strip);
      }
    }
    out.end();
    out.close();
  });
}

Bytes sound(const std::string& samples, std::uint32_t channels, Look look) {
  sl::Track track;
  track.kind = sl::Kind::Audio;
  track.samples = samples;
  track.channels = channels;
  track.sample_rate = 48000;
  track.time_base = {1, 48000};
  std::mt19937 random(7);
  const std::size_t unit = channels * (samples == "u8" ? 1 : samples == "s16le" ? 2 : 4);
  return written([&](sl::Writer& out) {
    out.begin();
    out.track(1, track);
    std::uint64_t number = 0;
    for (const std::vector<std::size_t>& pieces : {std::vector<std::size_t>{1}, {1024}, {700, 1, 90000}, {5, 0}, {0}}) {
      sl::Frame frame;
      frame.number = number++;
      out.frame(1, frame);
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        Bytes bytes(pieces[i] * unit);
        fill(bytes, look, random);
        out.bytes(1, bytes, i + 1 == pieces.size());
      }
    }
    out.end();
    out.close();
  });
}

void expect_round_trip(const Bytes& raw) {
  const Bytes small = packed(raw);
  const Content before = content_of(raw), between = content_of(small), after = content_of(unpacked(small));
  EXPECT_EQ(before.tracks, after.tracks);
  EXPECT_TRUE(before.frames == after.frames && before.frames == between.frames);
  EXPECT_TRUE(before.samples == after.samples);
  EXPECT_EQ(before.counts, after.counts);
  for (const sl::Track& track : between.tracks) EXPECT_EQ(track.codec, "sl-lossless");
  // Random samples take no more than their heads in addition.
  EXPECT_LT(small.size(), raw.size() + 2000 + raw.size() / 100);
}

TEST(PackStream, EveryFormatComesBack) {
  for (const sl::PixelFormat& format : sl::pixel_formats()) {
    SCOPED_TRACE(format.name);
    for (const Look look : {Look::Flat, Look::Smooth, Look::Noise}) {
      for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 7U}, {47U, 33U}, {500U, 60U}}) {
        expect_round_trip(pictures(format, width, height, 8, look));
      }
    }
    expect_round_trip(pictures(format, 31, 22, 1, Look::Smooth, sl::Fields::Top));
  }
}

TEST(PackStream, SoundComesBack) {
  for (const char* samples : {"u8", "s16le", "s32le", "f32le"}) {
    for (const std::uint32_t channels : {1U, 2U, 6U}) {
      SCOPED_TRACE(samples + std::to_string(channels));
      for (const Look look : {Look::Flat, Look::Smooth, Look::Noise}) expect_round_trip(sound(samples, channels, look));
    }
  }
}

TEST(PackStream, BytesDoNotDependOnCuts) {
  for (const char* name : {"yuv420p", "rgb24"}) {
    const sl::PixelFormat& format = sl::pixel_format(name);
    const Content first = content_of(packed(pictures(format, 1500, 300, 150, Look::Smooth)));
    for (const std::uint32_t step : {1U, 3U, 40U}) {
      const Content other = content_of(packed(pictures(format, 1500, 300, step, Look::Smooth)));
      EXPECT_TRUE(first.samples.at(0) == other.samples.at(0));  // the second one has damage in its first strip
    }
  }
}

// ---- Vectors ----

const std::string folder = SL_TEST_DATA "/packed/";

std::string file_of(const std::string& name) {
  std::ifstream file(folder + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

Bytes vector_of(const nlohmann::json& entry) {
  const std::string text = file_of(entry["file"]);
  Bytes bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

std::string crc_text(const Bytes& bytes) {
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
  char text[9];
  (void)std::snprintf(text, sizeof text, "%08lx", crc);
  return text;
}

TEST(PackStream, Vectors) {
  const auto vectors = nlohmann::json::parse(file_of("vectors.json"));
  ASSERT_GT(vectors.size(), 40U);
  for (const auto& entry : vectors) {
    SCOPED_TRACE(entry["file"]);
    const Bytes bytes = vector_of(entry);
    if (entry.contains("status")) {
      try {
        (void)unpacked(bytes);
        ADD_FAILURE() << entry["what"];
      } catch (const sl::Error& error) {
        EXPECT_EQ(static_cast<int>(error.status()), entry["status"]);
        const std::string place = "damaged in frame 0, ", row = " " + std::to_string(entry["row"].get<int>()) + ": ";
        EXPECT_NE(std::string(error.what()).find(place), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find(row), std::string::npos) << error.what();
      }
      try {
        (void)content_of(unpacked(bytes, true));
      } catch (const sl::Error& error) {
        EXPECT_TRUE(error.status() == sl::Status::Limit && entry["file"] == "bomb.slw") << error.what();
      }
      continue;
    }
    std::vector<Bytes> planes(4);
    const Bytes raw = unpacked(bytes);
    sl::Source source = sl::Source::memory(raw, "memory");
    sl::Reader in(source);
    while (const auto record = in.next()) {
      if (record->type == Type::Rows) {
        const sl::Strip strip = in.strip();
        for (std::size_t i = 0; i < static_cast<std::size_t>(strip.format->planes); ++i) {
          const sl::Plane& plane = strip.planes.at(i);
          planes.at(i).insert(planes.at(i).end(), plane.data, plane.data + plane.stride * plane.rows);
        }
      } else if (record->type == Type::Bytes) {
        planes[0].insert(planes[0].end(), in.body().begin(), in.body().end());
      }
    }
    for (std::size_t i = 0; i < entry["crc32"].size(); ++i) EXPECT_EQ(crc_text(planes.at(i)), entry["crc32"][i]);
  }
}

// ---- Damage ----

// Bytes of packed strips changed, cut out and put in: all of it is damage or samples, and with salvage a whole stream.
TEST(PackStream, RandomDamage) {
  std::mt19937 random(18);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::vector<Bytes> streams{packed(pictures(sl::pixel_format("yuv420p"), 64, 48, 4, Look::Smooth)),
                                   packed(pictures(sl::pixel_format("rgb48le"), 40, 20, 4, Look::Smooth)),
                                   packed(pictures(sl::pixel_format("gbrapf32le"), 17, 9, 3, Look::Noise)),
                                   packed(sound("s16le", 2, Look::Smooth))};
  int damages = 0;
  for (int round = 0; round < 3000; ++round) {
    const Bytes& whole = streams[below(streams.size())];
    // The same frames with damaged pieces.
    const Bytes bytes = written([&](sl::Writer& out) {
      sl::Source source = sl::Source::memory(whole, "memory");
      sl::Reader in(source);
      while (const auto record = in.next()) {
        if (record->type != Type::Bytes) {
          in.pass(*record, out);
          continue;
        }
        Bytes piece(in.body().begin(), in.body().end());
        for (std::size_t changes = 1 + below(3); changes != 0 && !piece.empty() && below(2) == 0; --changes) {
          const std::size_t at = below(2) == 0 ? below(piece.size()) : below(std::min<std::size_t>(piece.size(), 40));
          const auto place = piece.begin() + static_cast<std::ptrdiff_t>(at);
          if (below(8) == 0) {
            piece.erase(place);
          } else if (below(8) == 0) {
            piece.insert(place, static_cast<std::byte>(random()));
          } else {
            *place = static_cast<std::byte>(below(2) == 0 ? random() : 255 * below(2));
          }
        }
        out.bytes(record->track, piece, (record->flags & sl::wire::piece_last) != 0,
                  (record->flags & sl::wire::piece_damaged) != 0);
      }
      out.close();
    });
    try {
      (void)unpacked(bytes);
    } catch (const sl::Error& error) {
      ASSERT_EQ(error.status(), sl::Status::Data) << error.what();
      ++damages;
    }
    if (round % 8 == 0) {
      ASSERT_NO_THROW((void)content_of(unpacked(bytes, true)));
    }
  }
  EXPECT_GT(damages, 1000);
}

}  // namespace

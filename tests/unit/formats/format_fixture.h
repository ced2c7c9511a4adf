// Drives a format's decoder and encoder for the tests of formats.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "formats/picture.h"

namespace sl::test {

using Bytes = std::vector<std::byte>;
using Options = std::vector<std::pair<std::string, std::string>>;

inline Bytes bytes_of(std::string_view text) {
  Bytes bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Decoded {
  Picture picture;
  std::vector<Frame> frames;
  std::vector<Bytes> pixels;           // of each frame: its planes one after another, packed
  std::vector<std::uint32_t> strips;   // heights of all strips
  std::vector<std::uint32_t> damaged;  // rows in strips marked as damaged, of all frames
  std::vector<std::string> warnings;
};

// Copies the rows of a strip to their place in `frame`, which holds whole planes.
inline void place(const Strip& strip, const Track& track, Bytes& frame) {
  const PixelFormat& format = *track.pixels;
  std::size_t base = 0;
  for (int p = 0; p < format.planes; ++p) {
    const auto row = static_cast<std::size_t>(row_bytes(format, p, track.width));
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    const std::uint32_t first = strip.first == 0 ? 0 : plane_rows(format, p, strip.first);
    ASSERT_EQ(plane.rows, plane_rows(format, p, strip.rows));
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      std::memcpy(frame.data() + base + (first + y) * row, plane.row<std::byte>(y), row);
    }
    base += row * plane_rows(format, p, track.height);
  }
}

inline Decoded decode(const Format& format, Source& source, bool salvage = false, std::uint32_t at_most = 1 << 20,
                      const Options& given = {}) {
  FormatOptions options(format.info.decode_options);
  for (const auto& [name, value] : given) options.set(name, value);
  Decoded decoded;
  const auto warn = [&](const std::string& line) { decoded.warnings.push_back(line); };
  source.end_header();
  const auto left_out = [&](const std::string& what, const std::string&) { decoded.warnings.push_back(what); };
  const auto decoder = format.decoder({source, options, salvage, warn, left_out});
  decoded.picture = decoder->header();
  const Track& track = decoded.picture.track;
  at_most = std::min(at_most, strip_rows(track));
  while (auto frame = decoder->next_frame()) {
    decoded.frames.push_back(*frame);
    Bytes& pixels = decoded.pixels.emplace_back(strip_bytes(*track.pixels, track.width, track.height));
    for (std::uint32_t y = 0; y < track.height;) {
      const Strip strip = decoder->read_rows(at_most);
      EXPECT_EQ(strip.first, y);
      EXPECT_GT(strip.rows, 0u);
      if (strip.first != y || strip.rows == 0) return decoded;
      place(strip, track, pixels);
      decoded.strips.push_back(strip.rows);
      for (std::uint32_t row = y; strip.damaged && row < y + strip.rows; ++row) decoded.damaged.push_back(row);
      y += strip.rows;
      EXPECT_EQ(strip.last, y == track.height);
    }
  }
  return decoded;
}

inline Decoded decode(const Format& format, std::span<const std::byte> bytes, bool salvage = false,
                      std::uint32_t at_most = 1 << 20, const Options& given = {}) {
  Source source = Source::memory(bytes, "in");
  return decode(format, source, salvage, at_most, given);
}

inline Decoded decode_by_single_bytes(const Format& format, std::span<const std::byte> bytes) {
  std::size_t at = 0;
  const auto read = [&](std::span<std::byte> into) -> std::size_t {
    if (at == bytes.size()) return 0;
    into[0] = bytes[at++];
    return 1;
  };
  Source source = Source::callbacks(read, {}, "in");
  return decode(format, source);
}

// The message of the Error that decoding throws; empty if it throws none.
inline std::string decode_error(const Format& format, std::span<const std::byte> bytes, Status status = Status::Data) {
  try {
    decode(format, bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status) << error.what();
    return error.what();
  }
  return {};
}

// The track of a frame in this format, RGB or gray full range, YUV as video.
inline Track make_track(std::string_view pixels, std::uint32_t width, std::uint32_t height) {
  Track track;
  track.pixels = &pixel_format(pixels);
  track.width = width;
  track.height = height;
  track.color.matrix = track.pixels->model == Model::Rgb ? 0 : track.pixels->model == Model::Yuv ? 6 : 2;
  track.color.range = track.pixels->model == Model::Yuv ? Range::Limited : Range::Full;
  track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
  return track;
}

// Smooth in the large, noisy in the small; every byte differs from picture to picture by `seed`.
inline Bytes make_pixels(const Track& track, unsigned seed = 1) {
  Bytes bytes(strip_bytes(*track.pixels, track.width, track.height));
  std::uint32_t state = seed * 2654435761u + 1;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    bytes[i] = static_cast<std::byte>(i * 255 / bytes.size() / 2 + 60 + (state >> 28));
  }
  return bytes;
}

// The same as floats from 0 to 1.
inline Bytes make_floats(const Track& track) {
  Bytes bytes = make_pixels(track);
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    const float value = static_cast<float>(std::to_integer<unsigned>(bytes[i])) / 255;
    std::memcpy(bytes.data() + i, &value, 4);
  }
  return bytes;
}

// Encodes whole frames, cut into strips of `rows` rows. The format must accept `picture.track`.
inline Bytes encode(const Format& format, const Picture& picture, const std::vector<Frame>& frames,
                    const std::vector<Bytes>& pixels, const Options& given = {}, std::uint32_t rows = 16,
                    int threads = 1) {
  FormatOptions options(format.info.encode_options);
  for (const auto& [name, value] : given) options.set(name, value);
  Bytes out;
  Target target = Target::callbacks(
      [&](std::span<const std::byte> piece) { out.insert(out.end(), piece.begin(), piece.end()); }, [] {}, "out");
  const auto encoder = format.encoder({target, options, threads});
  EXPECT_EQ(encoder->accept(picture.track), picture.track);
  encoder->begin(picture);
  const Track& track = picture.track;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    encoder->begin_frame(frames[i]);
    Bytes copy = pixels[i];
    Strip whole = packed_strip(*track.pixels, track.width, track.height, copy.data());
    whole.last = true;
    for (std::uint32_t y = 0; y < track.height; y += rows) {
      const Strip strip = part_of(whole, y, std::min(rows, track.height - y));
      encoder->write_rows(strip);
    }
    encoder->end_frame();
  }
  encoder->finish();
  target.finish();
  return out;
}

inline Bytes encode(const Format& format, const Track& track, const Bytes& pixels, const Options& given = {},
                    std::uint32_t rows = 16, int threads = 1) {
  Frame frame;
  frame.pts = 0;
  return encode(format, Picture{track, {}}, {frame}, {pixels}, given, rows, threads);
}

}  // namespace sl::test

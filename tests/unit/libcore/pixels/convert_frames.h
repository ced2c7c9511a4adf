// Whole frames through a Converter, cut into strips, for the tests of conversion.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "libcore/pixels/convert.h"

namespace convert_frames {

using Bytes = std::vector<std::uint8_t>;

inline Bytes noise(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

// Views on a packed frame.
inline sl::Strip view(const sl::PixelFormat& format, unsigned width, unsigned height, Bytes& frame) {
  sl::Strip strip = sl::packed_strip(format, width, height, reinterpret_cast<std::byte*>(frame.data()));
  strip.last = true;
  return strip;
}
inline sl::Strip view(const sl::Track& track, Bytes& frame) {
  return view(*track.pixels, track.width, track.height, frame);
}

// Heights of strips for a track: about `cut` rows, or random ones for 0.
class Cutter {
 public:
  Cutter(const sl::Track& track, unsigned cut, unsigned seed)
      : step_(sl::strip_alignment(track)), left_(track.height), cut_(cut), random_(seed) {}
  unsigned next() {
    const unsigned asked = cut_ != 0 ? cut_ : 1 + static_cast<unsigned>(random_() >> 8) % 9;
    const unsigned rows = std::min((asked + step_ - 1) / step_ * step_, left_);
    left_ -= rows;
    return rows;
  }

 private:
  unsigned step_, left_, cut_;
  std::minstd_rand random_;
};

// Converts a packed frame in strips, each in memory that is freed after push().
inline Bytes convert(const sl::Track& from, const sl::Track& to, Bytes frame, unsigned cut = 0, unsigned seed = 1,
                     std::array<float, 3> background = {0, 0, 0}) {
  Bytes result(sl::strip_bytes(*to.pixels, to.width, to.height));
  const sl::Strip whole = view(from, frame), into = view(to, result);
  Cutter cutter(from, cut, seed);
  sl::Converter converter(from, to, background);
  unsigned emitted = 0;
  for (unsigned y = 0; y < from.height;) {
    const unsigned rows = cutter.next();
    Bytes own(sl::strip_bytes(*from.pixels, from.width, rows));
    sl::Strip strip = view(*from.pixels, from.width, rows, own);
    copy_rows(sl::part_of(whole, y, rows), strip);
    strip.first = y;
    y += rows;
    strip.last = y == from.height;
    converter.push(strip, [&](const sl::Strip& out) {
      EXPECT_EQ(out.first, emitted);
      EXPECT_EQ(out.last, out.first + out.rows == to.height);
      EXPECT_TRUE(out.last || out.rows % sl::strip_alignment(to) == 0);
      emitted += out.rows;
      copy_rows(out, sl::part_of(into, out.first, out.rows));
    });
  }
  EXPECT_EQ(emitted, to.height);
  return result;
}

}  // namespace convert_frames

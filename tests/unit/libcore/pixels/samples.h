// Pictures of any pixel format, sample by sample, for tests that compare with the plainest arithmetic.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/pixels/convert/rows.h"

namespace sl::test {

// A packed frame of a track.
class Samples {
 public:
  explicit Samples(const Track& of)
      : track(of),
        bytes(strip_bytes(*of.pixels, of.width, of.height)),
        placed_(convert::components_of(*of.pixels, model(of))) {}

  Track track;
  std::vector<std::byte> bytes;

  [[nodiscard]] Strip strip() const {
    Strip whole = packed_strip(*track.pixels, track.width, track.height, const_cast<std::byte*>(bytes.data()));
    whole.last = true;
    return whole;
  }

  // Components are numbered as in convert_rows.h: 0 to 2, and 3 for alpha.
  [[nodiscard]] bool has(int component) const { return at(component).exists(); }
  [[nodiscard]] std::uint32_t width(int component) const {
    return (track.width + (1U << at(component).shift_x) - 1) >> at(component).shift_x;
  }
  [[nodiscard]] std::uint32_t height(int component) const {
    return (track.height + (1U << at(component).shift_y) - 1) >> at(component).shift_y;
  }
  [[nodiscard]] int shift_x(int component) const { return at(component).shift_x; }
  [[nodiscard]] int shift_y(int component) const { return at(component).shift_y; }

  [[nodiscard]] double get(int component, std::uint32_t x, std::uint32_t y) const {
    const std::byte* place = address(component, x, y);
    if (track.pixels->sample == Sample::F32) return load<float>(place);
    if (track.pixels->sample == Sample::U16) return load<std::uint16_t>(place) >> track.pixels->low_bits;
    return load<std::uint8_t>(place);
  }
  void set(int component, std::uint32_t x, std::uint32_t y, double value) {
    std::byte* place = const_cast<std::byte*>(address(component, x, y));
    if (track.pixels->sample == Sample::F32) return store(place, static_cast<float>(value));
    const auto code = static_cast<std::uint32_t>(value);
    if (track.pixels->sample == Sample::U16)
      return store(place, static_cast<std::uint16_t>(code << track.pixels->low_bits));
    store(place, static_cast<std::uint8_t>(code));
  }

  using Visit = std::function<void(int component, std::uint32_t x, std::uint32_t y)>;
  void each(const Visit& visit) const {
    for (int c = 0; c < 4; ++c) {
      if (!has(c)) continue;
      for (std::uint32_t y = 0; y < height(c); ++y) {
        for (std::uint32_t x = 0; x < width(c); ++x) visit(c, x, y);
      }
    }
  }

  [[nodiscard]] double largest() const {
    return track.pixels->sample == Sample::F32 ? 1.0 : static_cast<double>((1U << track.pixels->bits) - 1);
  }

  // Every sample between these parts of the largest code.
  void fill_with_noise(unsigned seed, double low = 0, double high = 1) {
    std::minstd_rand random(seed);
    std::uniform_real_distribution<double> part(low, high);
    each([&](int c, std::uint32_t x, std::uint32_t y) {
      const double value = part(random) * largest();
      set(c, x, y, track.pixels->sample == Sample::F32 ? value : std::floor(value + 0.5));
    });
  }

 private:
  static Model model(const Track& track) {
    return track.pixels->model == Model::Yuv && track.color.matrix == 0 ? Model::Rgb : track.pixels->model;
  }
  [[nodiscard]] const convert::Component& at(int component) const {
    return placed_[static_cast<std::size_t>(component)];
  }
  [[nodiscard]] const std::byte* address(int component, std::uint32_t x, std::uint32_t y) const {
    const convert::Component& c = at(component);
    const Plane plane = strip().planes[static_cast<std::size_t>(c.plane)];
    const std::size_t sample = static_cast<std::size_t>(c.offset) + static_cast<std::size_t>(c.step) * x;
    return plane.data + plane.stride * y + sample * static_cast<std::size_t>(track.pixels->sample_bytes());
  }
  template <class T>
  static T load(const std::byte* place) {
    T value;
    std::memcpy(&value, place, sizeof value);
    return value;
  }
  template <class T>
  static void store(std::byte* place, T value) {
    std::memcpy(place, &value, sizeof value);
  }

  std::array<convert::Component, 4> placed_;
};

inline Track video_track(std::string_view pixels, std::uint32_t width, std::uint32_t height) {
  Track track;
  track.pixels = &pixel_format(pixels);
  track.width = width;
  track.height = height;
  track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
  return track;
}

// The frame in strips of `cut` rows (rounded up to the track's alignment), or of random heights for 0.
inline void in_strips(const Samples& picture, unsigned cut, const std::function<void(const Strip&)>& push) {
  std::minstd_rand random(7);
  const std::uint32_t alignment = strip_alignment(picture.track), height = picture.track.height;
  for (std::uint32_t y = 0; y < height;) {
    const std::uint32_t asked = cut != 0 ? cut : 1 + static_cast<std::uint32_t>(random() >> 8) % 9;
    const std::uint32_t rows = std::min((asked + alignment - 1) / alignment * alignment, height - y);
    push(part_of(picture.strip(), y, rows));
    y += rows;
  }
}

// Copies a strip to its place in the picture.
inline void put(Samples& picture, const Strip& strip) {
  ASSERT_EQ(strip.format, picture.track.pixels);
  ASSERT_EQ(strip.width, picture.track.width);
  ASSERT_LE(std::uint64_t{strip.first} + strip.rows, picture.track.height);
  ASSERT_EQ(strip.last, strip.first + strip.rows == picture.track.height);
  ASSERT_TRUE(strip.last || strip.rows % strip_alignment(picture.track) == 0);
  const Strip into = part_of(picture.strip(), strip.first, strip.rows);
  for (int p = 0; p < strip.format->planes; ++p) {
    const Plane &from = strip.planes[static_cast<std::size_t>(p)], &to = into.planes[static_cast<std::size_t>(p)];
    ASSERT_EQ(from.rows, to.rows);
    for (std::uint32_t y = 0; y < from.rows; ++y) std::memcpy(to.row<std::byte>(y), from.row<std::byte>(y), to.stride);
  }
}

// Names of parameters in test names.
inline std::string format_name(const testing::TestParamInfo<std::string_view>& info) { return std::string(info.param); }

inline std::vector<std::string_view> all_formats() {
  std::vector<std::string_view> names;
  for (const PixelFormat& format : pixel_formats()) names.push_back(format.name);
  return names;
}

}  // namespace sl::test

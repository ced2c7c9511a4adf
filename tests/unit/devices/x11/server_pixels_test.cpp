// Pixels of X servers: every layout against a picture of all values, computed one by one.

#include <gtest/gtest.h>

#include <vector>

#include "devices/x11/server_pixels.h"
#include "libcore/base/error.h"

namespace {

using sl::x11::PixelLayout;

constexpr PixelLayout usual{24, 32, 32, false, 0xff0000, 0xff00, 0xff};

std::vector<std::byte> packed(const PixelLayout& layout, const std::vector<std::uint32_t>& pixels) {
  std::vector<std::byte> bytes(layout.row_bytes(static_cast<std::uint32_t>(pixels.size())), std::byte{0xa5});
  const int size = layout.bits_per_pixel / 8;
  for (std::size_t x = 0; x < pixels.size(); ++x) {
    for (int i = 0; i < size; ++i) {
      bytes[x * static_cast<std::size_t>(size) + static_cast<std::size_t>(i)] =
          static_cast<std::byte>(pixels[x] >> 8 * (layout.big_endian ? size - 1 - i : i));
    }
  }
  return bytes;
}

TEST(ServerPixels, EightBitsInEveryOrder) {
  for (const PixelLayout& layout : {usual, PixelLayout{24, 32, 32, true, 0xff0000, 0xff00, 0xff},
                                    PixelLayout{24, 32, 32, false, 0xff, 0xff00, 0xff0000},
                                    PixelLayout{24, 24, 32, false, 0xff0000, 0xff00, 0xff}}) {
    for (const std::uint32_t width : {1u, 3u, 4u, 5u, 257u}) {
      std::vector<std::uint32_t> pixels;
      for (std::uint32_t x = 0; x < width; ++x) {
        const std::uint32_t red = x & 255, green = (x * 7 + 3) & 255, blue = (x * 13 + 200) & 255;
        pixels.push_back(layout.red == 0xff ? blue << 16 | green << 8 | red : red << 16 | green << 8 | blue);
      }
      const std::vector<std::byte> image = packed(layout, pixels);
      std::vector<std::byte> samples(std::size_t{width} * 3);
      sl::x11::read_pixels(layout, image.data(), sl::packed_strip(sl::pixel_format("rgb24"), width, 1, samples.data()));
      for (std::uint32_t x = 0; x < width; ++x) {
        EXPECT_EQ(static_cast<unsigned>(samples[3 * x]), x & 255) << "at " << x << " of " << width;
        EXPECT_EQ(static_cast<unsigned>(samples[3 * x + 1]), (x * 7 + 3) & 255);
        EXPECT_EQ(static_cast<unsigned>(samples[3 * x + 2]), (x * 13 + 200) & 255);
      }
    }
  }
}

TEST(ServerPixels, FewerBitsReachBothEnds) {
  const PixelLayout layout{16, 16, 32, false, 0xf800, 0x7e0, 0x1f};
  EXPECT_EQ(sl::x11::color_bits(layout), 6);
  const std::vector<std::byte> image = packed(layout, {0, 0xffff, 0xf800, 16u << 5});
  std::vector<std::byte> samples(12);
  sl::x11::read_pixels(layout, image.data(), sl::packed_strip(sl::pixel_format("rgb24"), 4, 1, samples.data()));
  const std::vector<unsigned> wanted{0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 65, 0};
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(static_cast<unsigned>(samples[i]), wanted[i]) << i;
}

TEST(ServerPixels, TenBitsStay) {
  const PixelLayout layout{30, 32, 32, false, 0x3ff00000, 0xffc00, 0x3ff};
  EXPECT_EQ(sl::x11::wire_format(layout).name, "gbrp10le");
  const std::vector<std::byte> image = packed(layout, {1023u << 20 | 1u << 10 | 512u});
  std::vector<std::uint16_t> samples(3);
  sl::x11::read_pixels(
      layout, image.data(),
      sl::packed_strip(sl::pixel_format("gbrp10le"), 1, 1, reinterpret_cast<std::byte*>(samples.data())));
  EXPECT_EQ(samples, (std::vector<std::uint16_t>{1, 512, 1023}));  // G B R
}

TEST(ServerPixels, OthersAreNamed) {
  for (const PixelLayout& layout : {PixelLayout{8, 8, 32, false, 0, 0, 0}, PixelLayout{1, 1, 32, false, 1, 1, 1},
                                    PixelLayout{36, 32, 32, false, 0xfff00000, 0xff, 0xff00}}) {
    EXPECT_THROW(static_cast<void>(sl::x11::wire_format(layout)), sl::Error);
  }
}

}  // namespace

// Warped pictures of every format, against the plainest arithmetic in float64.

#include "libcore/pixels/warper.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "libcore/base/error.h"
#include "libcore/pixels/deskew.h"
#include "libcore/pixels/rotate.h"
#include "libcore/pixels/warp_shapes.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using sl::Kernel;
using sl::test::Samples;

sl::Track track_of(const sl::PixelFormat& pixels, std::uint32_t width, std::uint32_t height) {
  sl::Track track;
  track.pixels = &pixels;
  track.width = width;
  track.height = height;
  track.color = {1, 13, pixels.model == sl::Model::Rgb ? 0 : 6, sl::Range::Full, sl::Chroma::Left};
  track.alpha = pixels.alpha ? sl::Alpha::Premultiplied : sl::Alpha::None;
  return track;
}

Samples run(sl::GeometryStep& step, const Samples& from, std::uint32_t rows) {
  Samples result(step.track());
  Samples copy = from;
  const auto put = [&](const sl::Strip& strip) { copy_rows(strip, part_of(result.strip(), strip.first, strip.rows)); };
  for (std::uint32_t y = 0; y < from.track.height; y += rows) {
    const std::uint32_t count = std::min(rows, from.track.height - y);
    sl::Strip strip = part_of(copy.strip(), y, count);
    strip.last = y + count == from.track.height;
    step.push(strip, put);
  }
  step.flush(put);
  return result;
}

Samples rotated(const Samples& from, double degrees, Kernel kernel, int threads = 1, std::uint32_t rows = 64) {
  sl::Warper::Settings settings;
  settings.kernel = kernel;
  settings.threads = threads;
  return run(*sl::rotator(from.track, degrees, sl::RotatedSize::Grow, settings), from, rows);
}

// The worst difference, in parts of the range, of a rotation by the definition of the kernel.
double worst_of(const Samples& from, const Samples& made, double degrees, Kernel kernel) {
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const sl::KernelShape shape = sl::shape_of(kernel);
  const int reach = shape.radius > 2 ? 4 : 2;
  double worst = 0;
  made.each([&](int n, std::uint32_t x, std::uint32_t y) {
    // Chroma lies on the left one of two pixels, and between two rows.
    const int sx = from.shift_x(n), sy = from.shift_y(n);
    const double px = (sx != 0 ? (x << sx) + 0.5 : x + 0.5) - made.track.width / 2.0;
    const double py = (y + 0.5) * (1 << sy) - made.track.height / 2.0;
    double u = c * px + s * py + from.track.width / 2.0, v = -s * px + c * py + from.track.height / 2.0;
    u = sx != 0 ? (u - 0.5) / (1 << sx) : u - 0.5;
    v = v / (1 << sy) - 0.5;
    const int ix = static_cast<int>(std::floor(u)), iy = static_cast<int>(std::floor(v));
    const bool chroma = from.track.pixels->model == sl::Model::Yuv && (n == 1 || n == 2);
    const double black = chroma ? 1 << (from.track.pixels->bits - 1) : 0;
    double sum = 0, weight_x = 0, weight_y = 0;
    for (int k = 1 - reach; k <= reach; ++k) {
      const double wx = std::abs(u - (ix + k)) < shape.radius ? shape.weight(std::abs(u - (ix + k))) : 0;
      const double wy = std::abs(v - (iy + k)) < shape.radius ? shape.weight(std::abs(v - (iy + k))) : 0;
      weight_x += wx;
      weight_y += wy;
    }
    for (int j = 1 - reach; j <= reach; ++j) {
      for (int i = 1 - reach; i <= reach; ++i) {
        const double dx = std::abs(u - (ix + i)), dy = std::abs(v - (iy + j));
        if (dx >= shape.radius || dy >= shape.radius) continue;
        const bool inside = ix + i >= 0 && iy + j >= 0 && ix + i < static_cast<int>(from.width(n)) &&
                            iy + j < static_cast<int>(from.height(n));
        const double value =
            inside ? from.get(n, static_cast<std::uint32_t>(ix + i), static_cast<std::uint32_t>(iy + j)) : black;
        sum += value * shape.weight(dx) * shape.weight(dy) / weight_x / weight_y;
      }
    }
    if (from.largest() > 1) sum = std::clamp(sum, 0.0, from.largest());
    worst = std::max(worst, std::abs(sum - made.get(n, x, y)));
  });
  return worst;
}

// Half a code is rounding. Bytes take the nearest of 1024 places between samples.
TEST(Warper, EveryFormatAgainstTheDefinition) {
  for (const sl::PixelFormat& format : sl::pixel_formats()) {
    Samples from(track_of(format, 21, 15));
    from.fill_with_noise(3);
    for (const Kernel kernel : {Kernel::Cubic, Kernel::Lanczos3}) {
      const Samples made = rotated(from, 17, kernel);
      const double most = format.sample == sl::Sample::U8 ? 0.8 : format.sample == sl::Sample::U16 ? 0.8 : 1e-5;
      EXPECT_LT(worst_of(from, made, 17, kernel), most) << format.name;
    }
  }
}

TEST(Warper, AnyStripsAndThreads) {
  for (const char* name : {"rgb24", "yuv420p", "nv12", "rgba", "gray16le", "gbrpf32le", "yuyv422"}) {
    Samples from(track_of(sl::pixel_format(name), 131, 93));
    from.fill_with_noise(5);
    for (const double degrees : {7.0, -50.0, 179.0}) {
      const Samples whole = rotated(from, degrees, Kernel::Cubic, 1, 94);
      for (const auto& [threads, rows] : {std::pair{1, 2U}, {2, 16U}, {7, 4U}}) {
        EXPECT_EQ(rotated(from, degrees, Kernel::Cubic, threads, rows).bytes, whole.bytes) << name;
      }
    }
  }
}

TEST(Warper, OnePixelAndQuarters) {
  Samples one(track_of(sl::pixel_format("rgb24"), 1, 1));
  one.fill_with_noise(1);
  EXPECT_EQ(rotated(one, 45, Kernel::Nearest).track.width, 2U);
  Samples from(track_of(sl::pixel_format("rgb24"), 31, 17));
  from.fill_with_noise(2);
  const Samples turned = rotated(from, 90, Kernel::Cubic);
  EXPECT_EQ(turned.track.width, 17U);
  EXPECT_EQ(turned.get(0, 16, 0), from.get(0, 0, 0));  // the upper left corner is the upper right one now
  EXPECT_EQ(rotated(rotated(from, 90, Kernel::Cubic), -90, Kernel::Cubic).bytes, from.bytes);
  // The same by sampling, as the size is kept.
  sl::Warper::Settings settings;
  Samples square(track_of(sl::pixel_format("rgb24"), 31, 31));
  square.fill_with_noise(4);
  sl::Warper warper(square.track, {31, 31},
                    std::make_unique<sl::ProjectiveMap>(sl::rotation({31, 31}, {31, 31}, 90, 1)), settings);
  EXPECT_EQ(run(warper, square, 8).bytes, rotated(square, 90, Kernel::Cubic).bytes);
}

TEST(Warper, OrientationTurnsAMirroredPictureTheOtherWay) {
  Samples from(track_of(sl::pixel_format("gray"), 40, 20));
  from.fill_with_noise(2);
  Samples mirrored = from;
  mirrored.track.orientation = 2;
  from.each([&](int c, std::uint32_t x, std::uint32_t y) { mirrored.set(c, 39 - x, y, from.get(c, x, y)); });
  const Samples a = rotated(from, 20, Kernel::Cubic), b = rotated(mirrored, 20, Kernel::Cubic);
  double worst = 0;
  a.each([&](int c, std::uint32_t x, std::uint32_t y) {
    worst = std::max(worst, std::abs(a.get(c, x, y) - b.get(c, a.track.width - 1 - x, y)));
  });
  EXPECT_LE(worst, 1);
}

TEST(Warper, FourPointsBecomeCorners) {
  const std::array<sl::Point, 4> corners{{{0, 0}, {100, 0}, {100, 50}, {0, 50}}},
      points{{{10, 5}, {90, 12}, {80, 40}, {3, 45}}};
  const sl::ProjectiveMap map(sl::projection_between(corners, points));
  for (std::size_t i = 0; i < 4; ++i) {
    double u = 0, v = 0;
    map.places(corners[i], {1, 0}, 1, &u, &v);
    EXPECT_NEAR(u, points[i][0], 1e-9);
    EXPECT_NEAR(v, points[i][1], 1e-9);
  }
  EXPECT_THROW((void)sl::projection_between(corners, {{{0, 0}, {1, 1}, {2, 2}, {0, 5}}}), sl::Error);
}

// Rows that a map promises hold all places.
TEST(Warper, ReachHoldsAllPlaces) {
  const sl::Size size{64, 48};
  const sl::ProjectiveMap projective(
      sl::projection_between({{{0, 0}, {64, 0}, {64, 48}, {0, 48}}}, {{{5, 9}, {60, 0}, {50, 44}, {0, 40}}}));
  const sl::LensMap lens(size, -0.4, 0.2);
  for (const sl::WarpMap* map :
       {static_cast<const sl::WarpMap*>(&projective), static_cast<const sl::WarpMap*>(&lens)}) {
    for (int top = 0; top < 48; top += 8) {
      const auto reach = map->rows(top, top + 8, 64, 0, 64);
      for (double y = top; y <= top + 8; y += 0.5) {
        double u[65], v[65];
        map->places({0, y}, {1, 0}, 65, u, v);
        for (int i = 0; i < 65; ++i) {
          EXPECT_TRUE(u[i] < 0 || u[i] > 64 || (v[i] >= reach.low - 1e-9 && v[i] <= reach.high + 1e-9));
        }
      }
    }
  }
}

TEST(Warper, FindsTheSkewOfLines) {
  Samples page(track_of(sl::pixel_format("gray"), 400, 300));
  for (const double degrees : {-4.3, 0.0, 2.5}) {
    const double slope = std::tan(degrees * std::numbers::pi / 180);
    page.each([&](int c, std::uint32_t x, std::uint32_t y) {
      const double line = y - slope * x;
      page.set(c, x, y, std::fmod(line + 1000, 20) < 6 && (x / 9) % 3 != 0 ? 20 : 240);
    });
    EXPECT_NEAR(sl::skew_of(page.track, page.strip()), degrees, 0.1);
  }
}

}  // namespace

// Resampling against float64 arithmetic sample by sample: every format and kernel, siting, edges, cuts, threads.

#include "libcore/pixels/resample.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

struct Way {
  unsigned cut = 1000;
  int threads = 1;
  bool flush = false, linear = false;
};

Samples resampled(const Samples& picture, std::uint32_t width, std::uint32_t height, Kernel kernel, Way way = {}) {
  Resampler resampler(picture.track, {width, height}, {kernel, way.linear, way.threads});
  Samples result(resampler.track());
  std::uint32_t next = 0;
  const auto take = [&](const Strip& strip) {
    EXPECT_EQ(strip.first, next);
    next += strip.rows;
    test::put(result, strip);
  };
  const Samples copy = picture;  // light is made in place
  test::in_strips(copy, way.cut, [&](const Strip& strip) {
    resampler.push(strip, take);
    if (way.flush) resampler.flush(take);
  });
  EXPECT_EQ(next, height);
  return result;
}

constexpr std::array kernels{Kernel::Nearest,  Kernel::Linear,   Kernel::Cubic, Kernel::Mitchell,
                             Kernel::Lanczos2, Kernel::Lanczos3, Kernel::Area};

// The definitions of the kernels, written another way.
double weight_of(Kernel kernel, double distance, double scale) {
  const double pi = std::acos(-1.0), x = std::abs(distance) / std::max(1.0, scale);
  const auto piecewise = [x](double p0, double p2, double p3, double q0, double q1, double q2, double q3) {
    return x < 1 ? p0 + p2 * x * x + p3 * x * x * x : x < 2 ? q0 + q1 * x + q2 * x * x + q3 * x * x * x : 0;
  };
  const auto lanczos = [&](double n) {
    return x >= n ? 0 : x == 0 ? 1 : n * std::sin(pi * x) * std::sin(pi * x / n) / (pi * pi * x * x);
  };
  switch (kernel) {
    case Kernel::Linear:
      return x < 1 ? 1 - x : 0;
    case Kernel::Cubic:
      return piecewise(1, -2.5, 1.5, 2, -4, 2.5, -0.5);
    case Kernel::Mitchell:
      return piecewise(8.0 / 9, -2, 7.0 / 6, 16.0 / 9, -10.0 / 3, 2, -7.0 / 18);
    case Kernel::Lanczos2:
      return lanczos(2);
    case Kernel::Lanczos3:
      return lanczos(3);
    default:
      return 0;
  }
}

// What each of `in` samples weighs in output sample `j`.
std::vector<double> weights(Kernel kernel, std::int64_t j, double pixels_in, double pixels_out, int shift, bool on_luma,
                            std::int64_t in) {
  const double scale = pixels_in / pixels_out, group = 1 << shift;
  const double middle = on_luma ? 0.5 : group / 2;  // of a subsampled sample, in pixels
  const double place = ((static_cast<double>(j) * group + middle) * scale - middle) / group;
  std::vector<double> result(static_cast<std::size_t>(in));
  const auto at = [&](std::int64_t i) -> double& {
    return result[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, in - 1))];
  };
  if (kernel == Kernel::Nearest) {
    at(static_cast<std::int64_t>(std::floor(place + 0.5 + 1e-9))) = 1;  // of two as near, the later one
    return result;
  }
  double sum = 0;
  const auto reach = static_cast<std::int64_t>(3 * std::max(1.0, scale) + 2);
  const auto around = static_cast<std::int64_t>(std::floor(place));
  for (std::int64_t i = around - reach; i <= around + reach; ++i) {
    const double d = static_cast<double>(i) - place;
    const double covered = std::min(place + scale / 2, static_cast<double>(i) + 0.5) -
                           std::max(place - scale / 2, static_cast<double>(i) - 0.5);
    const double weight = kernel == Kernel::Area ? std::max(0.0, covered) : weight_of(kernel, d, scale);
    at(i) += weight;
    sum += weight;
  }
  for (double& weight : result) weight /= sum;
  return result;
}

// All samples of a component as they would be without rounding.
class Exact {
 public:
  Exact(const Samples& from, const Track& to, int component, Kernel kernel) {
    const Samples shape(to);
    width_ = shape.width(component);
    const std::uint32_t height = shape.height(component), rows = from.height(component),
                        columns = from.width(component);
    const Chroma siting = from.track.color.chroma;
    std::vector<double> down(std::size_t{height} * columns);
    for (std::uint32_t y = 0; y < height; ++y) {
      const auto w =
          weights(kernel, y, from.track.height, to.height, from.shift_y(component), siting == Chroma::TopLeft, rows);
      for (std::uint32_t i = 0; i < rows; ++i) {
        for (std::uint32_t x = 0; w[i] != 0 && x < columns; ++x) {
          down[std::size_t{y} * columns + x] += w[i] * from.get(component, x, i);
        }
      }
    }
    samples_.resize(std::size_t{height} * width_);
    for (std::uint32_t x = 0; x < width_; ++x) {
      const auto w =
          weights(kernel, x, from.track.width, to.width, from.shift_x(component), siting != Chroma::Center, columns);
      for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t i = 0; i < columns; ++i) {
          samples_[std::size_t{y} * width_ + x] += w[i] * down[std::size_t{y} * columns + i];
        }
      }
    }
  }
  [[nodiscard]] double at(std::uint32_t x, std::uint32_t y) const { return samples_[std::size_t{y} * width_ + x]; }

 private:
  std::uint32_t width_;
  std::vector<double> samples_;
};

struct Change {
  std::uint32_t width, height, new_width, new_height;
};
constexpr std::array<Change, 7> changes{{{1, 1, 1, 1},
                                         {1, 1, 5, 3},
                                         {61, 47, 23, 17},
                                         {61, 47, 64, 101},
                                         {40, 30, 39, 90},
                                         {90, 33, 1, 1},
                                         {33, 70, 50, 7}}};

class Resample : public testing::TestWithParam<std::string_view> {
 protected:
  static Track track(std::uint32_t width, std::uint32_t height, Chroma chroma = Chroma::Center) {
    Track track = test::video_track(GetParam(), width, height);
    if (track.pixels->alpha) track.alpha = Alpha::Premultiplied;
    track.color = {1, 13, 6, Range::Full, chroma};
    return track;
  }
};

TEST_P(Resample, IsTheWeightedSum) {
  for (const Change& c : changes) {
    if (pixel_format(GetParam()).bits > 8 && c.width == 40) continue;
    for (const Chroma chroma : {Chroma::Center, Chroma::Left, Chroma::TopLeft}) {
      Samples picture(track(c.width, c.height, chroma));
      if (chroma != Chroma::Center && picture.track.pixels->shift_x + picture.track.pixels->shift_y == 0) continue;
      picture.fill_with_noise(c.width);
      const Sample sample = picture.track.pixels->sample;
      const double near = sample == Sample::F32 ? 1e-5 : sample == Sample::U16 ? 0.53 : 0.56;
      for (const Kernel kernel : kernels) {
        const Samples result = resampled(picture, c.new_width, c.new_height, kernel);
        for (int component = 0; component < 4; ++component) {
          if (!result.has(component)) continue;
          const Exact exact(picture, result.track, component, kernel);
          for (std::uint32_t y = 0; y < result.height(component); ++y) {
            for (std::uint32_t x = 0; x < result.width(component); ++x) {
              const double value = exact.at(x, y);
              const double clamped = sample == Sample::F32 ? value : std::clamp(value, 0.0, picture.largest());
              ASSERT_NEAR(result.get(component, x, y), clamped, near)
                  << c.width << "x" << c.height << " to " << c.new_width << "x" << c.new_height << ", kernel "
                  << static_cast<int>(kernel) << ", component " << component << " at " << x << ", " << y << ", siting "
                  << static_cast<int>(chroma);
            }
          }
        }
      }
    }
  }
}

TEST_P(Resample, DoesNotDependOnStripsOrThreads) {
  for (const auto& [width, height] : {std::pair{23U, 19U}, {70U, 171U}}) {
    Samples picture(track(47, 101, Chroma::TopLeft));
    picture.fill_with_noise(1);
    for (const bool linear : {false, true}) {
      const Samples whole = resampled(picture, width, height, Kernel::Lanczos3, {.linear = linear});
      for (const int threads : {1, 2, 7}) {
        for (const unsigned cut : {1U, 3U, 16U, 1000U}) {
          const bool flush = cut == 3;
          ASSERT_EQ(resampled(picture, width, height, Kernel::Lanczos3, {cut, threads, flush, linear}).bytes,
                    whole.bytes)
              << cut << " rows, " << threads << " threads" << (linear ? ", linear" : "");
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, Resample, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(ResampleRounding, KeepsConstantPictures) {
  for (int code = 0; code < 256; code += 5) {
    Samples picture(test::video_track("gray", 40, 40));
    std::memset(picture.bytes.data(), code, picture.bytes.size());
    for (const Kernel kernel : kernels) {
      for (const std::uint32_t size : {1U, 4U, 7U, 15U, 39U, 41U, 111U}) {
        const Samples result = resampled(picture, size, size, kernel);
        result.each([&](int c, std::uint32_t x, std::uint32_t y) {
          ASSERT_EQ(result.get(c, x, y), code) << size << ", kernel " << static_cast<int>(kernel);
        });
      }
    }
  }
}

TEST(ResampleRounding, IsAsGoodAsRoundingOnce) {
  Samples picture(test::video_track("gray", 300, 300));
  picture.fill_with_noise(3, 0.1, 0.9);
  const Samples result = resampled(picture, 111, 111, Kernel::Lanczos3);
  const Exact exact(picture, result.track, 0, Kernel::Lanczos3);
  double squares = 0;
  result.each([&](int c, std::uint32_t x, std::uint32_t y) {
    squares += std::pow(result.get(c, x, y) - std::clamp(exact.at(x, y), 0.0, 255.0), 2);
  });
  const double psnr = 10 * std::log10(255.0 * 255 * 111 * 111 / squares);
  EXPECT_GT(psnr, 58.5);  // 58.9 if only the result is rounded
}

TEST(ResampleLinear, WeighsLight) {
  Samples picture(test::video_track("gray", 64, 64));
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, (x + y) % 2 * 255); });
  const Samples mean = resampled(picture, 4, 4, Kernel::Area, {.linear = true});
  mean.each([&](int c, std::uint32_t x, std::uint32_t y) { EXPECT_EQ(mean.get(c, x, y), 188); });  // sRGB of 0.5
  const Samples code = resampled(picture, 4, 4, Kernel::Area);
  code.each([&](int c, std::uint32_t x, std::uint32_t y) { EXPECT_EQ(code.get(c, x, y), 128); });
}

TEST(ResampleAlpha, WeighsColours) {
  for (const char* format : {"rgba", "rgba64le", "gbrap", "ya8"}) {
    Samples picture(test::video_track(format, 8, 8));
    const double most = picture.largest();
    // Opaque white on the left; transparent black on the right.
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, x < 4 ? most : 0); });
    const Samples result = resampled(picture, 5, 5, Kernel::Lanczos3);
    result.each([&](int c, std::uint32_t x, std::uint32_t y) {
      if (c != 3 && result.get(3, x, y) > 0) {
        EXPECT_EQ(result.get(c, x, y), most) << format << " at " << x;
      }
    });
    EXPECT_NEAR(result.get(3, 2, 2), most / 2, 1);
  }
}

TEST(ResampleFields, AreNotMixed) {
  Track track = test::video_track("yuv420p", 64, 64);
  track.fields = Fields::Top;
  EXPECT_THROW((void)Resampler(track, {32, 32}, {}), Error);
  Samples picture(track);
  picture.track.color.chroma = Chroma::Center;
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, y % 2 * 200); });
  const Samples result = resampled(picture, 32, 64, Kernel::Lanczos3, {.cut = 4});
  result.each([&](int c, std::uint32_t x, std::uint32_t y) { ASSERT_EQ(result.get(c, x, y), y % 2 * 200); });
}

TEST(ResampleTrack, HasTheSizeOfTheUprightPicture) {
  Track track = test::video_track("gray", 100, 60);
  track.orientation = 6;  // upright it is 60 x 100
  const Track result = Resampler(track, {30, 50}, {}).track();
  EXPECT_EQ(result.width, 50u);
  EXPECT_EQ(result.height, 30u);
  EXPECT_EQ(result.orientation, 6);
}

TEST(ResampleStrips, AreMarkedWhereDamagedRowsWent) {
  Samples picture(test::video_track("gray", 8, 64));
  Resampler resampler(picture.track, {8, 32}, {Kernel::Area});
  std::vector<bool> damaged;
  const auto take = [&](const Strip& strip) { damaged.insert(damaged.end(), strip.rows, strip.damaged); };
  test::in_strips(picture, 2, [&](Strip strip) {
    strip.damaged = strip.first == 12;
    resampler.push(strip, take);
    resampler.flush(take);
  });
  ASSERT_EQ(damaged.size(), 32u);
  for (std::size_t row = 0; row < damaged.size(); ++row) EXPECT_EQ(damaged[row], row >= 5 && row <= 7) << row;
}

}  // namespace

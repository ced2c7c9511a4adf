// Neighbourhood filters: the same rows by any number of threads and however strips are cut.

#include "libcore/filter/window.h"

#include "libcore/media/sample_type.h"
#include "libcore/pixels/rank.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using namespace sl;
using sl::test::Samples;

// Of each sample, the mean of the samples `radius` rows above and below it, and itself.
WindowFilter mean_of_rows(std::uint32_t radius, int threads) {
  WindowFilter filter;
  filter.radius = radius;
  filter.threads = threads;
  filter.kernel = [reach = static_cast<int>(radius)](const Track&, const RowsAround& in, const Strip& out) {
    with_sample(*out.format, [&]<class T>(T) {
      for (int p = 0; p < out.format->planes; ++p) {
        const Plane& plane = out.planes[static_cast<std::size_t>(p)];
        for (std::uint32_t y = 0; y < plane.rows; ++y) {
          const T *above = in.row<T>(p, y, -reach), *own = in.row<T>(p, y, 0), *below = in.row<T>(p, y, reach);
          for (std::size_t x = 0; x < plane.width; ++x) {
            const T mean = static_cast<T>((above[x] + own[x] + below[x]) / 3);
            plane.row<T>(y)[x] = static_cast<T>(out.format->low_bits != 0 ? static_cast<int>(mean) & ~63 : mean);
          }
        }
      }
    });
  };
  return filter;
}

std::vector<std::byte> through(const std::vector<std::byte>& stream, const WindowFilter& filter) {
  return test::filtered(stream, [&](Reader& in, Writer& out) { map_window(in, out, filter); });
}

class MapWindow : public testing::TestWithParam<std::string_view> {};

TEST_P(MapWindow, GivesTheSameRowsForAnyThreadsAndStrips) {
  for (const std::uint32_t height : {1U, 6U, 53U}) {
    Samples first(test::video_track(GetParam(), 700, height)), second(first.track);
    first.fill_with_noise(1);
    second.fill_with_noise(2);
    for (const std::uint32_t radius : {0U, 2U, 9U}) {
      const auto reference = test::received(through(test::stream_of({first, second}, 1000), mean_of_rows(radius, 1)));
      ASSERT_EQ(reference.pictures.size(), 2U);
      for (const int threads : {1, 2, 7}) {
        for (const unsigned cut : {1U, 3U, 16U, 0U}) {
          const auto got =
              test::received(through(test::stream_of({first, second}, cut), mean_of_rows(radius, threads)));
          ASSERT_EQ(got.pictures.size(), 2U);
          for (std::size_t i = 0; i < 2; ++i) {
            ASSERT_EQ(got.pictures[i].bytes, reference.pictures[i].bytes)
                << threads << " threads, strips of " << cut << ", radius " << radius;
          }
        }
      }
    }
  }
}

TEST_P(MapWindow, ReadsTheRowsAround) {
  if (pixel_format(GetParam()).packing == Packing::Packed422) return;  // comes in planes
  for (const bool interlaced : {false, true}) {
    Samples picture(test::video_track(GetParam(), 9, 24));
    if (interlaced) picture.track.fields = Fields::Top;
    picture.fill_with_noise(3);
    const std::uint32_t flags = frame_flag::key | (interlaced ? frame_flag::interlaced : 0);
    const auto got = test::received(through(test::stream_of({picture}, 8, flags), mean_of_rows(2, 2)));
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
      const int step = interlaced ? 2 : 1, height = static_cast<int>(picture.height(c));
      const auto at = [&](int row) {
        while (row < 0) row += step;
        while (row >= height) row -= step;
        return picture.get(c, x, static_cast<std::uint32_t>(row));
      };
      const int own = static_cast<int>(y);
      const double sum = at(own - 2 * step) + at(own) + at(own + 2 * step);
      const bool real = picture.track.pixels->sample == Sample::F32;
      ASSERT_NEAR(got.pictures.at(0).get(c, x, y), real ? sum / 3 : std::floor(sum / 3), real ? 1e-6 : 0)
          << "component " << c << " at " << x << ", " << y;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, MapWindow,
                         testing::Values("gray", "rgb24", "yuv420p", "yuv410p", "yuva422p10le", "p010le", "nv12",
                                         "yuyv422", "gbrpf32le", "rgba64le"),
                         test::format_name);

TEST(MapWindowStreams, SendRowsBeforeTheInputWaits) {
  Samples picture(test::video_track("gray", 10, 40));
  picture.fill_with_noise(5);
  const auto bytes = test::written([&](Writer& out) {
    out.begin();
    out.track(1, picture.track);
    test::write_picture(out, picture, {}, 10);
    out.end();
  });
  std::uint64_t seen = 0;
  (void)test::written([&](Writer& out) {
    Source source = Source::memory(bytes, "memory");
    Reader in(source);
    source.on_wait([&] { out.flush(); }, -1);
    bool waited = false;
    in.on_samples([&](const wire::Header&) {
      if (in.rows_prefix().first != 20 || std::exchange(waited, true)) return;
      const std::uint64_t before = out.target().position();
      source.wait_for(-1);
      seen = out.target().position() - before;
    });
    map_window(in, out, mean_of_rows(2, 2));
  });
  EXPECT_GE(seen, 18U * 10);  // of 20 rows, two have no context yet
}

// ---- Medians ----

template <class T>
void check_medians(std::size_t radius, std::size_t width, std::size_t step) {
  std::minstd_rand random(static_cast<unsigned>(radius + width));
  std::vector<std::vector<T>> rows(2 * radius + 1, std::vector<T>(width * step));
  std::vector<const T*> pointers;
  for (auto& row : rows) {
    for (T& each : row) each = static_cast<T>(random() % 60000);
    pointers.push_back(row.data());
  }
  std::vector<T> out(width * step);
  median_row<T>(pointers, width, step, out.data());
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::vector<T> square;
    for (const auto& row : rows) {
      for (std::size_t k = 0; k <= 2 * radius; ++k) {
        const auto x =
            std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(i / step + k) - static_cast<std::ptrdiff_t>(radius),
                                       0, static_cast<std::ptrdiff_t>(width) - 1);
        square.push_back(row[static_cast<std::size_t>(x) * step + i % step]);
      }
    }
    std::ranges::sort(square);
    ASSERT_EQ(out[i], square[square.size() / 2]) << "sample " << i << " of radius " << radius;
  }
}

TEST(MedianRow, IsTheMiddleOfTheSquare) {
  for (const std::size_t radius : {0, 1, 2, 5}) {
    for (const std::size_t width : {1, 2, 3, 40}) {
      for (const std::size_t step : {1, 2, 3, 4}) {
        check_medians<std::uint8_t>(radius, width, step);
        check_medians<std::uint16_t>(radius, width, step);
        check_medians<float>(radius, width, step);
      }
    }
  }
}

}  // namespace

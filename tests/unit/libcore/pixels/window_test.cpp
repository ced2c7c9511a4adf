// RowWindow: the same rows with the same context, however strips are cut.

#include "libcore/pixels/window.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

struct Grid {
  std::uint32_t rows, above, below;
};

// Checks every window of a picture against the picture, and returns how many there were.
unsigned check_windows(RowWindow& windows, const Samples& picture, const Grid& grid, unsigned cut) {
  const Track& track = picture.track;
  const std::uint32_t alignment = strip_alignment(track);
  const auto aligned = [&](std::uint32_t rows) { return (rows + alignment - 1) / alignment * alignment; };
  std::uint32_t next = 0;
  unsigned count = 0;
  const auto check = [&](const RowWindow::Window& window) {
    const Strip& strip = window.strip;
    EXPECT_EQ(strip.first + window.above, next);
    EXPECT_EQ(window.above, std::min(next, aligned(grid.above)));
    EXPECT_EQ(window.rows, std::min(aligned(grid.rows), track.height - next));
    next += window.rows;
    EXPECT_EQ(strip.first + strip.rows, std::min(next + aligned(grid.below), track.height));
    EXPECT_EQ(window.last, next == track.height);
    ++count;
    const Strip expected = part_of(picture.strip(), strip.first, strip.rows);
    for (int p = 0; p < track.pixels->planes; ++p) {
      const Plane &got = strip.planes[static_cast<std::size_t>(p)],
                  &want = expected.planes[static_cast<std::size_t>(p)];
      ASSERT_EQ(got.rows, want.rows);
      for (std::uint32_t y = 0; y < got.rows; ++y) {
        ASSERT_EQ(std::memcmp(got.row<std::byte>(y), want.row<std::byte>(y), want.stride), 0)
            << "plane " << p << ", row " << y << " of the window from " << strip.first;
      }
    }
  };
  test::in_strips(picture, cut, [&](const Strip& strip) { windows.push(strip, check); });
  EXPECT_EQ(next, track.height);
  return count;
}

class RowWindowOf : public testing::TestWithParam<std::string_view> {};

TEST_P(RowWindowOf, IsTheSameForAllStrips) {
  for (const std::uint32_t height : {1U, 7U, 33U, 100U}) {
    Samples picture(test::video_track(GetParam(), 5, height));
    picture.fill_with_noise(height);
    for (const Grid grid : {Grid{1, 0, 0}, Grid{4, 0, 0}, Grid{4, 3, 1}, Grid{1, 9, 9}, Grid{16, 2, 5},
                            Grid{1000, 1, 1}, Grid{3, 200, 200}}) {
      for (const unsigned cut : {0U, 1U, 5U, 1000U}) {
        RowWindow windows(picture.track, grid.rows, grid.above, grid.below);
        check_windows(windows, picture, grid, cut);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, RowWindowOf,
                         testing::Values("gray", "rgb24", "yuv420p", "yuv410p", "yuva422p10le", "p010le", "yuyv422",
                                         "gbrpf32le"),
                         test::format_name);

TEST(RowWindow, BeginsAnewWithEachFrame) {
  Samples first(test::video_track("yuv420p", 6, 31)), second(first.track);
  first.fill_with_noise(1);
  second.fill_with_noise(2);
  RowWindow windows(first.track, 4, 2, 2);
  EXPECT_EQ(check_windows(windows, first, {4, 2, 2}, 3), 8u);
  EXPECT_EQ(check_windows(windows, second, {4, 2, 2}, 5), 8u);
}

TEST(RowWindow, KeepsFieldsOfInterlacedFramesTogether) {
  Samples picture(test::video_track("yuv420p", 6, 40));
  picture.track.fields = Fields::Top;
  picture.fill_with_noise(3);
  RowWindow windows(picture.track, 2, 1, 1);
  EXPECT_EQ(check_windows(windows, picture, {2, 1, 1}, 4), 10u);
}

TEST(RowWindow, MarksTheWindowsThatDamagedRowsAreIn) {
  Samples picture(test::video_track("gray", 3, 20));
  RowWindow windows(picture.track, 2, 1, 1);
  std::vector<bool> damaged;
  test::in_strips(picture, 5, [&](Strip strip) {
    strip.damaged = strip.first == 5;
    windows.push(strip, [&](const RowWindow::Window& window) { damaged.push_back(window.strip.damaged); });
  });
  // Rows 5 to 9, seen by the windows of rows 4 to 11 with their context.
  EXPECT_EQ(damaged, (std::vector<bool>{false, false, true, true, true, true, false, false, false, false}));
}

TEST(RowWindow, IsRefusedOverTheLimitOfMemory) {
  const Limits before = limits();
  limits().memory = 10000;
  const Track track = test::video_track("rgb24", 1000, 1000);
  EXPECT_NO_THROW(RowWindow(track, 1, 0, 0));
  EXPECT_THROW(RowWindow(track, 3, 1, 1), Error);
  limits() = before;
}

}  // namespace

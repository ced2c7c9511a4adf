// Borders of pictures, against ImageMagick's rule written plainly.

#include "libcore/pixels/border.h"

#include "samples.h"

namespace sl {
namespace {

using test::Samples;

// A picture of `outside`, with noise in a part.
Samples framed(std::string_view format, const Rect& part, double outside) {
  Samples picture(test::video_track(format, 40, 30));
  picture.track.color = {.primaries = 1, .transfer = 13, .matrix = 6, .range = Range::Full, .chroma = Chroma::Center};
  if (picture.track.pixels->model == Model::Rgb) picture.track.color.matrix = 0;
  picture.fill_with_noise(3, 0.6, 1);
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
    const std::int64_t px = std::int64_t{x} << picture.shift_x(c), py = std::int64_t{y} << picture.shift_y(c);
    const bool is_inside = px >= part.x && px < part.x + part.width && py >= part.y && py < part.y + part.height;
    const double neutral = c > 0 && c < 3 && picture.track.pixels->model == Model::Yuv ? 0.5 : outside;
    if (!is_inside) picture.set(c, x, y, std::floor(neutral * picture.largest() + 0.5));
  });
  return picture;
}

std::optional<Rect> content(const std::vector<Samples>& pictures, double fuzz, unsigned cut) {
  BorderFinder finder(pictures.front().track, fuzz);
  for (const Samples& picture : pictures) {
    const Samples copy = picture;
    test::in_strips(copy, cut, [&](const Strip& strip) { finder.add(strip); });
  }
  return finder.content();
}

TEST(BorderFinder, FindsTheContent) {
  for (const std::string_view format : {"gray", "rgb24", "rgb48le", "gbrpf32le", "yuv444p"}) {
    const Rect part{3, 5, 21, 11};
    for (const unsigned cut : {1u, 7u, 100u})
      EXPECT_EQ(content({framed(format, part, 0.2)}, 0.01, cut), part) << format;
  }
  EXPECT_EQ(content({framed("yuv420p", {4, 6, 20, 10}, 0.2)}, 0.02, 3), (Rect{4, 6, 20, 10}));
}

TEST(BorderFinder, JoinsPicturesAndLeavesOutEmptyOnes) {
  const Samples black = framed("gray", {0, 0, 0, 0}, 0.0);
  EXPECT_EQ(content({black}, 0.01, 4), std::nullopt);
  EXPECT_EQ(content({black, framed("gray", {10, 5, 4, 4}, 0.1), framed("gray", {20, 2, 5, 5}, 0.1)}, 0.01, 4),
            (Rect{10, 2, 15, 7}));
}

TEST(BorderFinder, FuzzIsTheLargestDifference) {
  Samples picture = framed("gray", {0, 0, 0, 0}, 0.5);
  picture.set(0, 7, 9, picture.get(0, 0, 0) + 5);
  EXPECT_EQ(content({picture}, 4 / 255.0, 100), (Rect{7, 9, 1, 1}));
  EXPECT_EQ(content({picture}, 5 / 255.0, 100), std::nullopt);
}

}  // namespace
}  // namespace sl

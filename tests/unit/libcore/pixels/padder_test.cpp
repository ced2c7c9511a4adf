// Padded pictures of every pixel format, sample by sample, for all fills, cuts and orientations.

#include "libcore/pixels/padder.h"

#include "libcore/base/error.h"
#include "libcore/pixels/canvas.h"
#include "libcore/pixels/convert_image.h"
#include "samples.h"

namespace sl {
namespace {

using test::Samples;

Samples run(Padder& padder, const Samples& picture, unsigned cut) {
  Samples result(padder.track());
  const Samples copy = picture;  // samples may be changed
  test::in_strips(copy, cut,
                  [&](const Strip& strip) { padder.push(strip, [&](const Strip& made) { test::put(result, made); }); });
  return result;
}

Track track_of(std::string_view format, std::uint32_t width, std::uint32_t height) {
  Track track = test::video_track(format, width, height);
  track.color.range = Range::Full;
  track.color.matrix = track.pixels->model == Model::Rgb ? 0 : 6;
  track.color.chroma = Chroma::Center;
  return track;
}

// The place in the picture that fills a place outside of it; -1 for a color.
std::int64_t reference(PadFill fill, std::int64_t place, std::int64_t count) {
  if (place >= 0 && place < count) return place;
  if (fill == PadFill::Color) return -1;
  while (fill == PadFill::Mirror && (place < 0 || place >= count))
    place = place < 0 ? -1 - place : 2 * count - 1 - place;
  return std::clamp<std::int64_t>(place, 0, count - 1);
}

class PadderFormats : public testing::TestWithParam<std::string_view> {};

TEST_P(PadderFormats, PutsSamplesAround) {
  constexpr std::uint32_t width = 12, height = 8, left = 8, top = 16;  // on all grids
  Samples picture(track_of(GetParam(), width, height));
  picture.fill_with_noise(5);
  const Canvas canvas{{width + 16, height + 40}, left, top, false, false};
  for (const PadFill fill : {PadFill::Color, PadFill::Edge, PadFill::Mirror}) {
    for (const unsigned cut : {1u, 3u, 100u}) {
      Padder padder(picture.track, canvas, {.fill = fill, .color = {1, 0, 0, 1}});
      const Samples padded = run(padder, picture, cut);
      EXPECT_EQ(padded.track.width, width + 16);
      // What the picture is padded in: its own format, except that packed chroma comes in planes.
      Samples own(padded.track);
      own.track.width = width;
      own.track.height = height;
      Samples before(own.track);
      convert_image(picture.track, picture.strip(), before.track, before.strip());
      const Image color = color_picture(before.track, {1, 0, 0, 1});
      Track four = before.track;
      four.width = four.height = 4;
      Samples colored(four);
      copy_rows(color.strip(), colored.strip());
      padded.each([&](int c, std::uint32_t x, std::uint32_t y) {
        const std::int64_t from_x = reference(fill, std::int64_t{x} - (left >> padded.shift_x(c)), before.width(c));
        const std::int64_t from_y = reference(fill, std::int64_t{y} - (top >> padded.shift_y(c)), before.height(c));
        const double expected = from_x < 0 || from_y < 0 ? colored.get(c, 0, 0)
                                                         : before.get(c, static_cast<std::uint32_t>(from_x),
                                                                      static_cast<std::uint32_t>(from_y));
        ASSERT_EQ(padded.get(c, x, y), expected) << c << " " << x << "," << y << " cut " << cut;
      });
    }
  }
}
INSTANTIATE_TEST_SUITE_P(All, PadderFormats, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Padder, OnePixel) {
  for (const PadFill fill : {PadFill::Color, PadFill::Edge, PadFill::Mirror, PadFill::Blur}) {
    Samples picture(track_of("yuv420p", 1, 1));
    picture.fill_with_noise(1);
    Padder padder(picture.track, {{5, 7}, 2, 3, true, true}, {.fill = fill});
    const Samples padded = run(padder, picture, 1);
    EXPECT_EQ(padded.track.width, 5u);
    EXPECT_EQ(padded.track.height, 7u);
  }
}

TEST(Padder, KeepsChromaOfCenteredPictures) {
  Samples picture(track_of("yuv420p", 8, 6));
  picture.fill_with_noise(3);
  const PadRule rule("SIZE", "14x12");
  Padder padder(picture.track, rule.around({8, 6}), {});
  EXPECT_EQ(padder.track().pixels->name, "yuv420p");
  EXPECT_EQ(padder.move().crop.x, -2);  // 3 would lie inside of a group
  EXPECT_EQ(run(padder, picture, 1).get(0, 2, 2), picture.get(0, 0, 0));
  Padder odd(picture.track, {{14, 12}, 3, 2, false, false}, {});
  EXPECT_EQ(odd.track().pixels->name, "yuv444p");
  Padder clear(picture.track, {{14, 12}, 2, 2, false, false}, {.color = {0, 0, 0, 0}});
  EXPECT_TRUE(clear.track().pixels->alpha);
}

TEST(Padder, PlacesAreOfTheUprightPicture) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Samples picture(track_of("gray", 6, 4));
    picture.track.orientation = orientation;
    picture.fill_with_noise(2, 0.5, 1);
    const Size upright = upright_size(picture.track);
    Padder padder(picture.track, {{upright.width + 3, upright.height + 5}, 1, 2, false, false}, {});
    const Samples padded = run(padder, picture, 2);
    EXPECT_EQ(upright_size(padded.track), (Size{upright.width + 3, upright.height + 5}));
    const Rect place = stored_part(padded.track, {1, 2, upright.width, upright.height});
    picture.each([&](int c, std::uint32_t x, std::uint32_t y) {
      ASSERT_EQ(padded.get(c, static_cast<std::uint32_t>(place.x) + x, static_cast<std::uint32_t>(place.y) + y),
                picture.get(c, x, y));
    });
  }
}

TEST(PadRule, Canvases) {
  const auto canvas = [](std::string_view rule, Size picture, std::optional<Gravity> gravity = {}) {
    const Canvas made = PadRule("SIZE", rule).around(picture, gravity);
    return Rect{made.x, made.y, made.size.width, made.size.height};
  };
  EXPECT_EQ(canvas("200x100", {100, 50}), (Rect{50, 25, 200, 100}));
  EXPECT_EQ(canvas("200x100+10+20", {100, 50}), (Rect{10, 20, 200, 100}));
  EXPECT_EQ(canvas("200:100:10:20", {100, 50}), (Rect{10, 20, 200, 100}));
  EXPECT_EQ(canvas("200x100+10+20", {100, 50}, Gravity::SouthEast), (Rect{90, 30, 200, 100}));
  EXPECT_EQ(canvas("200x", {100, 50}, Gravity::East), (Rect{100, 0, 200, 50}));
  EXPECT_EQ(canvas("16:9", {900, 900}), (Rect{350, 0, 1600, 900}));
  EXPECT_EQ(canvas("1:1", {100, 50}), (Rect{0, 25, 100, 100}));
  EXPECT_EQ(canvas("+10", {100, 50}), (Rect{10, 10, 120, 70}));
  EXPECT_EQ(canvas("+10x3", {100, 50}), (Rect{10, 3, 120, 56}));
  EXPECT_EQ(canvas("150%", {100, 50}), (Rect{25, 12, 150, 75}));
  EXPECT_THROW(canvas("90x90", {100, 50}), Error);
  EXPECT_THROW(canvas("200x100+150+0", {100, 50}), Error);
  for (const std::string_view bad : {"", "+", "+x", "12", "a", "0x5", "+-1", "16:9:1"})
    EXPECT_THROW(PadRule("SIZE", bad), Error);
}

}  // namespace
}  // namespace sl

// Cropped and turned pictures of every pixel format, sample by sample.

#include <gtest/gtest.h>

#include "convert_frames.h"
#include "libcore/pixels/mover.h"
#include "libcore/pixels/turner.h"
#include "samples.h"

namespace sl {
namespace {

using test::Samples;

Track track_of(const PixelFormat& format, std::uint32_t width, std::uint32_t height, int orientation) {
  Track track;
  track.pixels = &format;
  track.width = width;
  track.height = height;
  track.orientation = orientation;
  track.color.range = Range::Full;
  track.color.matrix = format.model == Model::Rgb ? 0 : 6;
  track.color.chroma = Chroma::Center;
  track.alpha = format.alpha ? Alpha::Straight : Alpha::None;
  return track;
}

Samples run(Step& step, const Samples& picture, unsigned cut) {
  Samples result(step.track());
  const Strip whole = picture.strip(), into = result.strip();
  convert_frames::Cutter cutter(picture.track, cut, 1);
  std::uint32_t emitted = 0;
  for (std::uint32_t y = 0; y < picture.track.height;) {
    const std::uint32_t rows = cutter.next();
    step.push(part_of(whole, y, rows), [&](const Strip& strip) {
      EXPECT_EQ(strip.first, emitted);
      EXPECT_TRUE(strip.last || strip.rows % strip_alignment(step.track()) == 0);
      emitted += strip.rows;
      EXPECT_EQ(strip.last, emitted == step.track().height);
      copy_rows(strip, part_of(into, strip.first, strip.rows));
    });
    y += rows;
  }
  EXPECT_EQ(emitted, step.track().height);
  return result;
}

Samples random_picture(const Track& track) {
  Samples picture(track);
  std::minstd_rand random(7);
  const auto codes = 1U << (track.pixels->sample == Sample::F32 ? 8 : track.pixels->bits);
  picture.each([&](int c, std::uint32_t x, std::uint32_t y) { picture.set(c, x, y, (random() >> 4) % codes); });
  return picture;
}

// Every sample of the result is that of the stored place that it came from; chroma counts in its own samples.
void expect_moved(const Samples& from, const Samples& to, const Rect& part, const Turn& turn) {
  to.each([&](int c, std::uint32_t x, std::uint32_t y) {
    std::uint32_t px = turn.swap ? y : x, py = turn.swap ? x : y;
    const std::uint32_t width = turn.swap ? to.height(c) : to.width(c), height = turn.swap ? to.width(c) : to.height(c);
    if (turn.mirror_x) px = width - 1 - px;
    if (turn.mirror_y) py = height - 1 - py;
    px += static_cast<std::uint32_t>(part.x >> from.shift_x(c));
    py += static_cast<std::uint32_t>(part.y >> from.shift_y(c));
    ASSERT_EQ(to.get(c, x, y), from.get(c, px, py)) << from.track.pixels->name << " " << c << " " << x << "," << y;
  });
}

Samples in_format(const Samples& picture, const PixelFormat& format) {
  if (picture.track.pixels == &format) return picture;
  Track to = picture.track;
  to.pixels = &format;
  Samples result(to);
  Converter converter(picture.track, to);
  converter.push(picture.strip(),
                 [&](const Strip& strip) { copy_rows(strip, part_of(result.strip(), strip.first, strip.rows)); });
  return result;
}

void check(const Track& track, const Move& move) {
  const Samples picture = random_picture(track);
  Mover mover(track, move);
  EXPECT_EQ(mover.track().orientation, track.orientation);
  const Size size = upright_size(mover.track());
  EXPECT_EQ(size, move.turn.swap ? (Size{move.size.height, move.size.width}) : move.size);
  const Samples moved = run(mover, picture, 0);
  for (const unsigned cut : {1U, 3U, 1000U}) {
    Mover again(track, move);
    ASSERT_EQ(run(again, picture, cut).bytes, moved.bytes) << track.pixels->name << " in strips of " << cut;
  }
  const Turn turn = stored_turn(track, move.turn);
  const Rect part = stored_part(track, move.crop);
  const PixelFormat& came = *track.pixels;
  const bool on_grid = part.x % (1 << came.shift_x) == 0 && part.y % (1 << came.shift_y) == 0;
  // Turns may need chroma in planes, or exchange the subsampling of the axes.
  Track cropped = track;
  cropped.width = part.width;
  cropped.height = part.height;
  if (!on_grid) cropped.pixels = &without_subsampling(came);
  const PixelFormat& between = on_grid ? *plan_turn(cropped, turn).before.pixels : without_subsampling(came);
  if (on_grid && between.shift_x == came.shift_x && between.shift_y == came.shift_y) {
    expect_moved(in_format(picture, between), moved, part, turn);
  } else if (!on_grid) {
    expect_moved(in_format(picture, between), moved, part, turn);
  }
}

TEST(Mover, EverySampleOfEveryFormat) {
  for (const PixelFormat& format : pixel_formats()) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const Track track = track_of(format, 13, 9, orientation);
      const bool tall = orientation >= 5;
      for (const Rect& part : {Rect{4, 4, 5, 5}, Rect{1, 2, 3, 4}, Rect{2, 1, 7, 8}, Rect{8, 8, 1, 1}}) {
        check(track, crop_to(track, part));
      }
      for (const Turn& turn : {Turn{true, false, false}, Turn{false, true, false}, Turn{true, true, false}}) {
        check(track, turn_by(track, turn));
      }
      const Rect whole{0, 0, tall ? 9U : 13U, tall ? 13U : 9U};
      EXPECT_EQ(Mover(track, crop_to(track, whole)).track(), track) << "nothing moves";
    }
  }
}

TEST(Mover, PicturesOfOnePixel) {
  for (const PixelFormat& format : pixel_formats()) {
    const Track track = track_of(format, 1, 1, 6);
    check(track, crop_to(track, {0, 0, 1, 1}));
    check(track, turn_by(track, {true, true, false}));
  }
}

TEST(Mover, EvenPlacesKeepTheFormat) {
  const Track track = track_of(pixel_format("yuv420p"), 16, 16, 1);
  EXPECT_EQ(Mover(track, crop_to(track, {2, 4, 7, 5})).track().pixels->name, "yuv420p");
  EXPECT_EQ(Mover(track, crop_to(track, {3, 4, 7, 5})).track().pixels->name, "yuv444p");
  const Track packed = track_of(pixel_format("uyvy422"), 16, 16, 1);
  EXPECT_EQ(Mover(packed, crop_to(packed, {2, 3, 7, 5})).track().pixels->name, "uyvy422");
  EXPECT_EQ(Mover(packed, crop_to(packed, {1, 3, 7, 5})).track().pixels->name, "yuv444p");
}

TEST(Mover, InterlacedFramesKeepTheirFields) {
  Track track = track_of(pixel_format("yuv420p"), 16, 16, 1);
  track.fields = Fields::Top;
  EXPECT_EQ(Mover(track, crop_to(track, {0, 4, 16, 8})).track().pixels->name, "yuv420p");
  EXPECT_EQ(Mover(track, crop_to(track, {0, 4, 16, 8})).track().fields, Fields::Top);
  const Track odd = Mover(track, crop_to(track, {0, 3, 16, 8})).track();
  EXPECT_EQ(odd.pixels->name, "yuv444p");
  EXPECT_EQ(odd.fields, Fields::Bottom);
  check(track, crop_to(track, {0, 3, 16, 9}));
  check(track, crop_to(track, {0, 4, 16, 9}));
}

TEST(Mover, SmallPartsKeepTheMatrixThatPlayersAssumed) {
  Track track = track_of(pixel_format("yuv420p"), 1920, 1080, 1);
  track.color.matrix = 2;
  EXPECT_EQ(Mover(track, crop_to(track, {0, 0, 640, 480})).track().color.matrix, 1);
  EXPECT_EQ(Mover(track, crop_to(track, {0, 0, 640, 1080})).track().color.matrix, 2);
}

}  // namespace
}  // namespace sl

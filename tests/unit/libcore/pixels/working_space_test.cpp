// The tracks that filters compute in.

#include <gtest/gtest.h>

#include "libcore/media/track.h"
#include "libcore/pixels/working_space.h"

namespace {

using namespace sl;

Track track_of(const PixelFormat& format, Alpha alpha) {
  Track track;
  track.pixels = &format;
  track.width = track.height = 16;
  track.alpha = format.alpha ? alpha : Alpha::None;
  track.color = {1, 13, 2, Range::Unknown, Chroma::Left};
  return track;
}

TEST(WorkingSpace, HasTheDepthAndTheAlphaOfEveryFormat) {
  for (const PixelFormat& format : pixel_formats()) {
    for (const Alpha alpha : {Alpha::Straight, Alpha::Premultiplied}) {
      const Track track = track_of(format, alpha), rgb = working(track, WorkingSpace::Rgb);
      EXPECT_EQ(rgb.pixels->model, Model::Rgb) << format.name;
      EXPECT_EQ(rgb.pixels->packing, Packing::Interleaved) << format.name;
      EXPECT_GE(rgb.pixels->bits, format.bits) << format.name;
      EXPECT_EQ(rgb.pixels->sample, format.sample) << format.name;
      EXPECT_EQ(rgb.pixels->alpha, format.alpha) << format.name;
      EXPECT_EQ(rgb.alpha, format.alpha ? Alpha::Straight : Alpha::None) << format.name;
      EXPECT_EQ(rgb.color, (Color{1, 13, 0, Range::Full, Chroma::Unknown}));

      const Track floats = working(track, WorkingSpace::FloatPlanes);
      EXPECT_EQ(floats.pixels->packing, floats.pixels->components == 1 ? Packing::Interleaved : Packing::Planar);
      EXPECT_EQ(floats.pixels->model == Model::Gray, format.model == Model::Gray && !format.alpha) << format.name;
      EXPECT_EQ(floats.pixels->sample, Sample::F32);
      EXPECT_EQ(floats.pixels->alpha, format.alpha);

      const Track screen = working(track, WorkingSpace::Rgb24), straight = working(track, WorkingSpace::Straight);
      EXPECT_EQ(screen.pixels->name, "rgb24");
      EXPECT_EQ(screen.alpha, Alpha::None);
      EXPECT_EQ(straight.alpha, rgb.alpha);
      EXPECT_EQ(straight.pixels, &format);
      EXPECT_EQ(straight.color, track.color);
    }
  }
}

TEST(WorkingSpace, NamesEveryUnknownOfTheColours) {
  for (const PixelFormat& format : pixel_formats()) {
    const Track decided = working(track_of(format, Alpha::Straight), WorkingSpace::Decided);
    EXPECT_EQ(decided.pixels, &format);
    EXPECT_NE(decided.color.range, Range::Unknown) << format.name;
    EXPECT_EQ(decided.color.matrix, format.model == Model::Yuv ? 6 : 2) << format.name;
  }
}

}  // namespace

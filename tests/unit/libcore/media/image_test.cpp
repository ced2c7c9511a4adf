// Images own their memory, and take rows from anywhere.

#include "libcore/media/image.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;
using sl::test::Samples;

class ImageOf : public testing::TestWithParam<std::string_view> {};

TEST_P(ImageOf, HoldsTheRowsThatArePut) {
  Samples picture(test::video_track(GetParam(), 13, 21));
  picture.fill_with_noise(1);
  Image image(picture.track, "frame", "a frame");
  test::in_strips(picture, 0, [&](const Strip& strip) { image.put(strip); });
  ASSERT_EQ(image.bytes().size(), picture.bytes.size());
  EXPECT_TRUE(std::ranges::equal(image.bytes(), picture.bytes));
  EXPECT_TRUE(image.strip().last);
  const std::byte* place = image.bytes().data();
  const Image moved = std::move(image);
  EXPECT_EQ(moved.strip().planes[0].data, place);
}

INSTANTIATE_TEST_SUITE_P(AllFormats, ImageOf, testing::ValuesIn(test::all_formats()), test::format_name);

TEST(Image, IsDamagedIfAStripIs) {
  Samples picture(test::video_track("gray", 4, 6));
  Image image(picture.track, "frame", "a frame");
  const auto put = [&](std::uint32_t damaged_row) {
    test::in_strips(picture, 2, [&](Strip strip) {
      strip.damaged = strip.first == damaged_row;
      image.put(strip);
    });
    return image.strip().damaged;
  };
  EXPECT_TRUE(put(2));
  EXPECT_FALSE(put(100));  // another picture in the same memory
}

TEST(Image, IsRefusedOverALimit) {
  const Limits before = limits();
  limits().memory = 100;
  EXPECT_THROW(Image(test::video_track("rgb24", 6, 6), "x.png", "a frame"), Error);
  limits() = before;
  limits().pixels = 35;
  EXPECT_THROW(Image(test::video_track("rgb24", 6, 6), "x.png", "a frame"), Error);
  limits() = before;
  EXPECT_NO_THROW(Image(test::video_track("rgb24", 6, 6), "x.png", "a frame"));
}

}  // namespace

// JPEG decoded for a stage that needs less of it: means of blocks against libjpeg's coefficients, parts against the
// whole picture, and damage.

#include <cmath>

#include "libcore/base/rect_rule.h"
#include "libcore/media/reduced.h"
#include "tests/unit/formats/jpeg/jpeg_fixture.h"

namespace {

using namespace sl;
using namespace sl::test;
using namespace sl::test::jpeg;

Decoded decode_for(const Bytes& jpeg, const Options& wanted, std::uint32_t at_most = 1 << 20) {
  return decode(jpeg_format, jpeg, false, at_most, wanted);
}

// The planes of an eighth of the size: of each block the mean that its first coefficient means.
Bytes means_of(const Bytes& file) {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&jpeg, TRUE);
  jvirt_barray_ptr* const coefficients = jpeg_read_coefficients(&jpeg);
  Bytes planes;
  for (int i = 0; i < jpeg.num_components; ++i) {
    const jpeg_component_info& info = jpeg.comp_info[i];
    for (JDIMENSION y = 0; y < info.height_in_blocks; ++y) {
      JBLOCKARRAY rows =
          jpeg.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&jpeg), coefficients[i], y, 1, FALSE);
      for (JDIMENSION x = 0; x < info.width_in_blocks; ++x) {
        const double mean = rows[0][x][0] * info.quant_table->quantval[0] / 8.0 + 128;
        planes.push_back(static_cast<std::byte>(std::clamp(std::floor(mean + 0.5), 0.0, 255.0)));
      }
    }
  }
  jpeg_destroy_decompress(&jpeg);
  return planes;
}

const Options tiny{{"for-size", "1x1!"}};

TEST(JpegWanted, GivesTheMeansOfBlocks) {
  const std::vector<std::vector<std::array<int, 2>>> samplings{
      {{1, 1}, {1, 1}, {1, 1}}, {{2, 1}, {1, 1}, {1, 1}}, {{2, 2}, {1, 1}, {1, 1}}, {{1, 2}, {1, 1}, {1, 1}}};
  for (const auto& sampling : samplings) {
    for (const std::uint32_t side : {16u, 47u, 100u, 257u}) {
      for (const unsigned restart : {0u, 1u, 5u}) {
        const Bytes jpeg = make_jpeg({.width = side, .height = side + 3, .sampling = sampling, .restart = restart});
        const Decoded decoded = decode_for(jpeg, tiny);
        ASSERT_EQ(decoded.pixels.size(), 1u);
        EXPECT_EQ(decoded.picture.track.width, (side + 7) / 8);
        EXPECT_EQ(decoded.pixels[0], means_of(jpeg)) << side << " restart " << restart;
        EXPECT_EQ(whole_size(decoded.picture.track), (sl::Size{side, side + 3}));
        Source source = Source::memory(jpeg, "in");
        EXPECT_EQ(decode_for(jpeg, tiny, 1).pixels, decoded.pixels);
      }
    }
  }
  const Bytes gray = make_jpeg({.width = 47, .height = 60, .space = JCS_GRAYSCALE, .sampling = {{2, 2}}});
  EXPECT_EQ(decode_for(gray, tiny).pixels[0], means_of(gray));
}

TEST(JpegWanted, HalvesToNoLessThanTwiceTheSize) {
  const auto width = [](std::string_view size) {
    const Bytes jpeg = make_jpeg({.width = 160, .height = 80});
    return decode_for(jpeg, {{"for-size", std::string(size)}}).picture.track.width;
  };
  EXPECT_EQ(width("10x10"), 20u);
  EXPECT_EQ(width("11x11"), 40u);
  EXPECT_EQ(width("20x20"), 40u);
  EXPECT_EQ(width("40x40"), 80u);
  EXPECT_EQ(width("41x41"), 160u);
  EXPECT_EQ(width("10x40!"), 160u);
  EXPECT_EQ(width("10x10>"), 20u);
  EXPECT_EQ(width("200x"), 160u);
}

TEST(JpegWanted, DecodesAPartWithAMargin) {
  for (const bool progressive : {false, true}) {
    for (const std::string_view rule : {"20x30+0+0", "40x50+60+70", "10x10+140+110", "1x1+149+119", "500x500+-5+-5"}) {
      const Bytes jpeg = make_jpeg({.width = 150, .height = 120, .progressive = progressive});
      const Decoded whole = decode(jpeg_format, jpeg);
      const std::string text(rule.starts_with("500") ? "500x500" : rule);
      const RectRule part("", text);
      const Decoded some = decode_for(jpeg, {{"for-part", text}}, 16);
      const Track& track = some.picture.track;
      const Rect inside = *part_inside(part.in({150, 120}), {150, 120});
      const Rect place = part_of_reduced(track, inside);
      ASSERT_TRUE(part_inside(place, {track.width, track.height}) == place) << rule;
      for (std::uint32_t y = 0; y < place.height; ++y) {
        for (std::uint32_t x = 0; x < place.width; ++x) {
          const auto at = [&](const Bytes& luma, std::uint32_t width, std::int64_t left, std::int64_t top) {
            return luma[static_cast<std::size_t>((top + y) * width + left + x)];
          };
          ASSERT_EQ(at(some.pixels[0], track.width, place.x, place.y), at(whole.pixels[0], 150, inside.x, inside.y))
              << rule;
        }
      }
    }
  }
}

TEST(JpegWanted, ReportsDamageAsLibjpegDoes) {
  const Bytes jpeg = make_jpeg({.width = 400, .height = 300});
  for (const std::size_t cut : {jpeg.size() / 2, jpeg.size() - 3, jpeg.size() - 1}) {
    const Bytes some(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(cut));
    EXPECT_THROW((void)decode_for(some, tiny), Error) << cut;
  }
  // A marker in the middle, as where bytes are missing.
  Bytes marked = jpeg;
  marked[jpeg.size() / 2] = std::byte{0xff};
  marked[jpeg.size() / 2 + 1] = std::byte{0xd9};
  EXPECT_THROW((void)decode_for(marked, tiny), Error);
  // After the rows of a part only its end is searched for.
  const Options top{{"for-part", "400x20+0+0"}};
  EXPECT_THROW((void)decode_for(Bytes(jpeg.begin(), jpeg.end() - 2), top), Error);
  EXPECT_EQ(decode_for(jpeg, top).picture.track.height, 32u);
}

}  // namespace

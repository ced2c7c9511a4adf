// Camera RAW as cameras lay it out, written by libtiff: a preview in JPEG, and the sensor's samples below it.

#include <gtest/gtest.h>

#ifdef SL_WITH_tiff

#include <sys/mman.h>
#include <tiffio.h>
#include <unistd.h>

#include <array>

#include "formats/metadata/exif.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format raw_format;

namespace test {
namespace {

constexpr std::uint32_t preview_width = 64, preview_height = 48, width = 160, height = 120;

// A preview of one colour, and a sensor (R G / G B) whose left half sees red light and whose right half blue.
Bytes make_dng(std::uint16_t orientation) {
  const int fd = memfd_create("dng", MFD_CLOEXEC);
  TIFF* const tif = TIFFFdOpen(dup(fd), "dng", "wl");
  const std::array<std::uint8_t, 4> version{1, 4, 0, 0};
  const std::array<float, 9> matrix{3.2404542f, -1.5371385f, -0.4985314f, -0.969266f, 1.8760108f,
                                    0.041556f,  0.0556434f,  -0.2040259f, 1.0572252f};
  const std::array<float, 3> neutral{1, 1, 1};
  const std::array<toff_t, 1> below{0};
  TIFFSetField(tif, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
  TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, preview_width);
  TIFFSetField(tif, TIFFTAG_IMAGELENGTH, preview_height);
  TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
  TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
  TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, preview_height);
  TIFFSetField(tif, TIFFTAG_JPEGTABLESMODE, 0);
  TIFFSetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  TIFFSetField(tif, TIFFTAG_ORIENTATION, orientation);
  TIFFSetField(tif, TIFFTAG_MAKE, "Tester");
  TIFFSetField(tif, TIFFTAG_MODEL, "T-2000");
  TIFFSetField(tif, TIFFTAG_UNIQUECAMERAMODEL, "Tester T-2000");
  TIFFSetField(tif, TIFFTAG_DNGVERSION, version.data());
  TIFFSetField(tif, TIFFTAG_COLORMATRIX1, 9, matrix.data());
  TIFFSetField(tif, TIFFTAG_ASSHOTNEUTRAL, 3, neutral.data());
  TIFFSetField(tif, TIFFTAG_CALIBRATIONILLUMINANT1, 21);
  TIFFSetField(tif, TIFFTAG_SUBIFD, 1, below.data());
  Bytes preview;
  for (std::uint32_t i = 0; i < preview_width * preview_height; ++i)
    preview.insert(preview.end(), {std::byte{200}, std::byte{120}, std::byte{40}});
  TIFFWriteEncodedStrip(tif, 0, preview.data(), static_cast<tmsize_t>(preview.size()));
  TIFFWriteDirectory(tif);

  const std::array<std::uint16_t, 2> repeat{2, 2};
  const std::array<std::uint8_t, 4> pattern{0, 1, 1, 2};
  const std::array<std::uint32_t, 1> white{65535};
  TIFFSetField(tif, TIFFTAG_SUBFILETYPE, 0);
  TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tif, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 16);
  TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_CFA);
  TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, height);
  TIFFSetField(tif, TIFFTAG_CFAREPEATPATTERNDIM, repeat.data());
  TIFFSetField(tif, TIFFTAG_CFAPATTERN, 4, pattern.data());
  TIFFSetField(tif, TIFFTAG_WHITELEVEL, 1, white.data());
  std::vector<std::uint16_t> samples(std::size_t{width} * height);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const bool red = x % 2 == 0 && y % 2 == 0, blue = x % 2 == 1 && y % 2 == 1, left = x < width / 2;
      samples[y * width + x] = (red && left) || (blue && !left) ? 40000 : red || blue ? 2000 : 8000;
    }
  }
  TIFFWriteEncodedStrip(tif, 0, samples.data(), static_cast<tmsize_t>(samples.size() * 2));
  TIFFWriteDirectory(tif);
  TIFFClose(tif);
  Bytes file(static_cast<std::size_t>(lseek(fd, 0, SEEK_END)));
  EXPECT_EQ(pread(fd, file.data(), file.size(), 0), static_cast<ssize_t>(file.size()));
  close(fd);
  return file;
}

TEST(Dng, PreviewIsTheCamerasOwnPicture) {
  const Decoded decoded = decode(raw_format, make_dng(1), false, 1 << 20, {{"preview", "1"}});
  const Track& track = decoded.picture.track;
  EXPECT_EQ(track.width, preview_width);
  EXPECT_EQ(track.height, preview_height);
  EXPECT_EQ(track.pixels->name, "yuv420p") << "the JPEG as it is";
  ASSERT_EQ(decoded.pixels.size(), 1u);
  // JFIF: luma of 200, 120, 40, and its differences from blue and red.
  const Bytes& planes = decoded.pixels[0];
  EXPECT_NEAR(std::to_integer<int>(planes[0]), 135, 2);
  EXPECT_NEAR(std::to_integer<int>(planes[preview_width * preview_height]), 74, 3);
  EXPECT_NEAR(std::to_integer<int>(planes[preview_width * preview_height * 5 / 4]), 174, 3);
  const auto is_exif = [](const Attachment& attachment) { return attachment.name == "exif"; };
  EXPECT_TRUE(std::ranges::any_of(decoded.picture.attachments, is_exif));
}

TEST(Dng, SamplesOfTheSensorAreDeveloped) {
  const Decoded decoded = decode(raw_format, make_dng(1));
  const Track& track = decoded.picture.track;
  EXPECT_EQ(track.pixels->name, "rgb48le");
  EXPECT_EQ(track.width, width);
  EXPECT_EQ(track.height, height);
  ASSERT_EQ(decoded.pixels.size(), 1u);
  const auto pixel = [&](std::uint32_t x, std::uint32_t y) {
    std::array<std::uint16_t, 3> rgb;
    std::memcpy(rgb.data(), decoded.pixels[0].data() + (y * width + x) * 6, 6);
    return rgb;
  };
  const auto left = pixel(width / 4, height / 2), right = pixel(width * 3 / 4, height / 2);
  EXPECT_GT(left[0], 2 * left[2]);
  EXPECT_GT(right[2], 2 * right[0]);
}

TEST(Dng, BothAreUpright) {
  const Bytes file = make_dng(6);
  const Decoded sensor = decode(raw_format, file),
                preview = decode(raw_format, file, false, 1 << 20, {{"preview", "1"}});
  EXPECT_EQ(sensor.picture.track.width, height);
  EXPECT_EQ(sensor.picture.track.orientation, 1);
  EXPECT_EQ(preview.picture.track.width, preview_width);
  const auto& attachments = preview.picture.attachments;
  const auto exif = std::ranges::find(attachments, "exif", &Attachment::name);
  ASSERT_NE(exif, attachments.end());
  EXPECT_EQ(exif_orientation(exif->bytes), 6) << "take_metadata() moves it to the track";
}

}  // namespace
}  // namespace test
}  // namespace sl

#endif

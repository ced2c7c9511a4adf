// Sizes, density and thumbnails in EXIF: changed in place, taken out, put back, and any bytes survive it.

#include "formats/metadata/exif_fields.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "formats/metadata/exif.h"
#include "formats/metadata/tiff_edit.h"

namespace {

using namespace sl;
using namespace std::literals;

// An EXIF of this byte order with a density and a size.
std::string sample(bool big_endian) {
  std::string exif = big_endian ? "MM\0*\0\0\0\x08"s : "II*\0\x08\0\0\0"s;
  tiff::add_entries(exif, {{0x0100, tiff::Short, 1, 4000}, {0x0101, tiff::Long, 1, 3000}});
  set_exif_density(exif, {300, 150, Density::Unit::Inch}, true);
  return exif;
}

std::uint32_t value(const std::string& exif, std::uint16_t tag) {
  const auto directory = *tiff::first_directory(exif);
  const auto entry = tiff::find_entry(exif, directory, tag);
  return entry ? tiff::load(exif, *entry + tiff::value_offset, 4, directory.big_endian) : 0;
}

TEST(ExifFields, SizesAreThoseOfThePicture) {
  for (const bool big_endian : {false, true}) {
    std::string exif = sample(big_endian);
    const std::size_t before = exif.size();
    set_exif_size(exif, 70000, 20);
    EXPECT_EQ(value(exif, 0x0100), 70000u);
    EXPECT_EQ(value(exif, 0x0101), 20u);
    EXPECT_EQ(exif.size(), before);
  }
  std::string none = "II*\0\x08\0\0\0\0\0\0\0\0\0"s;
  const std::string same = none;
  set_exif_size(none, 1, 1);
  EXPECT_EQ(none, same) << "nothing is added";
}

TEST(ExifFields, DensityIsReadChangedAndAdded) {
  std::string exif = sample(true);
  EXPECT_EQ(exif_density(exif)->x, 300);
  EXPECT_EQ(exif_density(exif)->y, 150);
  set_exif_density(exif, {118, 59.5, Density::Unit::Centimetre}, false);
  EXPECT_EQ(exif_density(exif)->unit, Density::Unit::Centimetre);
  EXPECT_EQ(exif_density(exif)->y, 59.5);
  set_exif_density(exif, {11811, 11811, Density::Unit::Metre}, false);
  EXPECT_EQ(exif_density(exif)->x, 300);
  std::string empty;
  set_exif_density(empty, {72, 72, Density::Unit::Inch}, false);
  EXPECT_EQ(empty, "");
}

TEST(ExifFields, AThumbnailIsTakenOutAndPutBack) {
  for (const bool big_endian : {false, true}) {
    std::string exif = sample(big_endian);
    EXPECT_FALSE(take_exif_thumbnail(exif));
    put_exif_thumbnail(exif, "a small picture");
    EXPECT_EQ(exif_density(exif)->x, 300);
    EXPECT_EQ(take_exif_thumbnail(exif), "a small picture");
    EXPECT_EQ(exif.find("small picture"), std::string::npos);
    EXPECT_FALSE(take_exif_thumbnail(exif));
    put_exif_thumbnail(exif, "another");
    EXPECT_EQ(take_exif_thumbnail(exif), "another");
  }
}

TEST(ExifFields, AnyBytesSurvive) {
  std::string whole = sample(true);
  put_exif_thumbnail(whole, std::string(100, 'x'));
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string exif = whole.substr(0, i % 3 == 0 ? random() % (whole.size() + 1) : whole.size());
    for (int change = 0; change < i % 5 && !exif.empty(); ++change) {
      exif[random() % exif.size()] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    }
    set_exif_size(exif, 10, 20);
    set_exif_density(exif, {100, 200, Density::Unit::Inch}, i % 2 == 0);
    (void)take_exif_thumbnail(exif);
    put_exif_thumbnail(exif, "new");
    (void)exif_density(exif);
    (void)exif_with_orientation(exif, 6);
  }
}

}  // namespace

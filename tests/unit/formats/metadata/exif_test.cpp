// The orientation tag of EXIF blobs: good ones of both byte orders, and junk.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "formats/metadata/exif.h"

namespace {

struct Entry {
  int tag, type;
  std::uint32_t count, value;
};

void append(std::string& bytes, std::uint32_t value, int size, bool big_endian) {
  for (int i = 0; i < size; i++) bytes += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xff);
}

// A blob with one directory; the values of SHORTs are at the left of their field.
std::string make_exif(const std::vector<Entry>& entries, bool big_endian, std::uint32_t next = 0) {
  std::string exif = big_endian ? "MM" : "II";
  append(exif, 42, 2, big_endian);
  append(exif, 8, 4, big_endian);
  append(exif, static_cast<std::uint32_t>(entries.size()), 2, big_endian);
  for (const Entry& entry : entries) {
    append(exif, static_cast<std::uint32_t>(entry.tag), 2, big_endian);
    append(exif, static_cast<std::uint32_t>(entry.type), 2, big_endian);
    append(exif, entry.count, 4, big_endian);
    const int size = entry.type == 3 ? 2 : entry.type == 1 ? 1 : 4;
    append(exif, entry.value, size, big_endian);
    append(exif, 0, 4 - size, big_endian);
  }
  append(exif, next, 4, big_endian);
  return exif;
}

class Exif : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(BothByteOrders, Exif, testing::Bool());

TEST_P(Exif, ReadsTheOrientation) {
  for (int value = 0; value < 70000; value = value < 10 ? value + 1 : value * 7) {
    const std::string exif =
        make_exif({{0x010f, 4, 1, 7}, {0x0112, 4, 1, static_cast<std::uint32_t>(value)}}, GetParam());
    EXPECT_EQ(sl::exif_orientation(exif), value >= 1 && value <= 8 ? std::optional(value) : std::nullopt) << value;
  }
  EXPECT_EQ(sl::exif_orientation(make_exif({{0x0112, 3, 1, 6}}, GetParam())), 6);
  EXPECT_EQ(sl::exif_orientation(make_exif({{0x0112, 1, 1, 6}}, GetParam())), 6);
  EXPECT_EQ(sl::exif_orientation(make_exif({{0x0112, 2, 1, 6}}, GetParam())), std::nullopt) << "a text";
  EXPECT_EQ(sl::exif_orientation(make_exif({{0x0112, 3, 9, 6}}, GetParam())), std::nullopt) << "an array elsewhere";
  EXPECT_EQ(sl::exif_orientation(make_exif({{0x0110, 3, 1, 6}}, GetParam())), std::nullopt) << "another tag";
}

TEST_P(Exif, ChangesATagInPlace) {
  const std::string exif =
      make_exif({{0x010f, 4, 1, 7}, {0x0112, 3, 1, 6}, {0x0131, 4, 1, 9}}, GetParam()) + "maker note";
  for (int orientation = 1; orientation <= 8; orientation++) {
    const std::string changed = sl::exif_with_orientation(exif, orientation);
    EXPECT_EQ(sl::exif_orientation(changed), orientation);
    EXPECT_EQ(changed.size(), exif.size());
    EXPECT_EQ(sl::exif_with_orientation(changed, 6), exif) << "nothing else may change";
  }
  EXPECT_EQ(sl::exif_orientation(sl::exif_with_orientation(make_exif({{0x0112, 2, 5, 6}}, GetParam()), 3)), 3);
}

TEST_P(Exif, AddsAMissingTagInOrder) {
  const std::string exif = make_exif({{0x010f, 4, 1, 7}, {0x0131, 4, 1, 9}}, GetParam(), 0x1234) + "x";
  EXPECT_EQ(sl::exif_with_orientation(exif, 1), exif);
  EXPECT_EQ(sl::exif_with_orientation(exif, 99), exif);
  const std::string changed = sl::exif_with_orientation(exif, 8);
  EXPECT_EQ(sl::exif_orientation(changed), 8);
  EXPECT_EQ(changed.substr(8, exif.size() - 8), exif.substr(8)) << "the targets of offsets must not move";
  const std::string wanted = make_exif({{0x010f, 4, 1, 7}, {0x0112, 3, 1, 8}, {0x0131, 4, 1, 9}}, GetParam(), 0x1234);
  EXPECT_EQ(changed.substr(exif.size() + exif.size() % 2), wanted.substr(8));
}

TEST(ExifBlob, IsMadeWhereThereIsNone) {
  EXPECT_EQ(sl::exif_with_orientation("", 1), "");
  EXPECT_EQ(sl::exif_with_orientation("junk", 1), "junk");
  const std::string wanted = make_exif({{0x0112, 3, 1, 5}}, false);
  EXPECT_EQ(sl::exif_with_orientation("", 5), wanted);
  EXPECT_EQ(sl::exif_with_orientation("junk", 5), wanted);
  EXPECT_TRUE(sl::is_exif(wanted));
}

TEST(ExifBlob, LosesTheJpegPrefix) {
  using namespace std::literals;
  EXPECT_EQ(sl::exif_without_prefix("Exif\0\0II*\0"sv), "II*\0"sv);
  EXPECT_EQ(sl::exif_without_prefix("II*\0"sv), "II*\0"sv);
  EXPECT_EQ(sl::exif_without_prefix(""sv), ""sv);
}

TEST(ExifBlob, EveryPrefixIsHarmless) {
  for (const bool big_endian : {false, true}) {
    const std::string exif = make_exif({{0x0112, 3, 1, 6}, {0x0131, 4, 1, 9}}, big_endian);
    for (std::size_t size = 0; size <= exif.size(); size++) {
      // Copies of the exact size, so that the sanitizer sees a read beyond them.
      const std::vector<char> cut(exif.begin(), exif.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view view(cut.data(), cut.size());
      EXPECT_EQ(sl::exif_orientation(view), size >= 22 ? std::optional(6) : std::nullopt) << size;
      EXPECT_EQ(sl::exif_orientation(sl::exif_with_orientation(view, 3)), 3) << size;
    }
  }
}

TEST(ExifBlob, JunkOfAnySizeIsHarmless) {
  std::mt19937 random(1);
  for (std::size_t size = 1; size <= 65533; size += 1 + size / 9) {
    for (const char* start : {"", "II*", "MM"}) {
      std::vector<char> junk(size);
      for (char& byte : junk) byte = static_cast<char>(random() % 4 == 0 ? random() : 0);
      std::string_view head(start, std::string_view(start) == "MM" ? 2 : std::string_view(start).size());
      for (std::size_t i = 0; i < head.size() && i < size; i++) junk[i] = head[i];
      if (head == "MM" && size > 3) junk[2] = 0, junk[3] = '*';
      const std::string_view view(junk.data(), junk.size());
      const std::optional<int> orientation = sl::exif_orientation(view);
      EXPECT_TRUE(!orientation || (*orientation >= 1 && *orientation <= 8));
      EXPECT_EQ(sl::exif_orientation(sl::exif_with_orientation(view, 7)), 7);
    }
  }
}

}  // namespace

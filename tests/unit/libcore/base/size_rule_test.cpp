// Rules of sizes, as ImageMagick, FFmpeg and vips have them.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/size_rule.h"

namespace sl {
namespace {

std::string size_of(std::string_view rule, Size from) { return size_text(SizeRule("SIZE", rule).of(from)); }

TEST(SizeRule, Proportions) {
  const Size wide{1600, 900};
  EXPECT_EQ(size_of("1280x720", wide), "1280x720");
  EXPECT_EQ(size_of("640x640", wide), "640x360");
  EXPECT_EQ(size_of("640x100", wide), "178x100");
  EXPECT_EQ(size_of("3200x3200", wide), "3200x1800");
  EXPECT_EQ(size_of("640x", wide), "640x360");
  EXPECT_EQ(size_of("640", wide), "640x360");
  EXPECT_EQ(size_of("x200", wide), "356x200");
  EXPECT_EQ(size_of("640x640^", wide), "1138x640");
  EXPECT_EQ(size_of("640x640!", wide), "640x640");
  EXPECT_EQ(size_of("640x!", wide), "640x900");
  EXPECT_EQ(size_of("144@", wide), "16x9");
}

TEST(SizeRule, Factors) {
  EXPECT_EQ(size_of("50%", {101, 99}), "51x50");
  EXPECT_EQ(size_of("50%x25%", {100, 100}), "50x25");
  EXPECT_EQ(size_of("50x25%", {100, 100}), "50x25");
  EXPECT_EQ(size_of("12.5%", {64, 32}), "8x4");
  EXPECT_EQ(size_of("0.5", {64, 32}), "32x16");
  EXPECT_EQ(size_of("2.0", {64, 32}), "128x64");
  EXPECT_EQ(size_text(SizeRule().of({7, 5})), "7x5");
}

TEST(SizeRule, OnlySmallerOrLarger) {
  EXPECT_EQ(size_of("640x480>", {320, 240}), "320x240");
  EXPECT_EQ(size_of("640x480>", {1280, 960}), "640x480");
  EXPECT_EQ(size_of("640x480<", {320, 240}), "640x480");
  EXPECT_EQ(size_of("640x480<", {1280, 960}), "1280x960");
  EXPECT_EQ(size_of("640x480!>", {1280, 100}), "640x100");
  EXPECT_EQ(size_of("144@>", {4, 4}), "4x4");
}

TEST(SizeRule, OfFfmpeg) {
  EXPECT_EQ(size_of("640:480", {1600, 900}), "640x480");
  EXPECT_EQ(size_of("640:-1", {1000, 333}), "640x213");
  EXPECT_EQ(size_of("640:-2", {1000, 333}), "640x214");
  EXPECT_EQ(size_of("-4:100", {1000, 333}), "300x100");
  EXPECT_EQ(size_of("0:100", {1000, 333}), "1000x100");
}

TEST(SizeRule, NeverEmptyNorBeyondTheWire) {
  EXPECT_EQ(size_of("1x1000", {4000, 1}), "1x1");
  EXPECT_EQ(size_of("0.0001", {3, 3}), "1x1");
  EXPECT_EQ(size_of("1:-8", {4000, 1}), "1x8");
  EXPECT_EQ(size_of("2147483647x", {1, 4000}), "2147483647x2147483647");
}

TEST(SizeRule, RefusesOtherText) {
  for (const char* text :
       {"",      "x",      "axb",     "0x5",          "-5x5",    "5x-5",    "1x2x3", "%",    "0%",  "x50%",
        "50%x",  "50%5",   "@",       "0@",           "10x10@",  "0.0",     "1e3",   ".",    "1:",  ":1",
        "-1:-1", "1:2:3",  "-2000:5", "3000000000x1", "10x10<>", "10x10!^", "50%^",  "0.5!", "5@!", "640:480!",
        "1:-2^", "10 x10", ">"}) {
    EXPECT_THROW((void)SizeRule("SIZE", text), Error) << text;
  }
}

}  // namespace
}  // namespace sl

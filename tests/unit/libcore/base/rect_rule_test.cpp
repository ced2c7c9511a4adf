// Rectangles as users write them, and where they lie.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/rect_rule.h"

namespace sl {
namespace {

Rect rect(std::string_view rule, Size picture, std::optional<Gravity> gravity = {}) {
  return RectRule("RECT", rule).in(picture, gravity);
}

TEST(RectRule, SizesAndOffsets) {
  const Size picture{200, 100};
  EXPECT_EQ(rect("40x30+10+20", picture), (Rect{10, 20, 40, 30}));
  EXPECT_EQ(rect("40x30-10-20", picture), (Rect{-10, -20, 40, 30}));
  EXPECT_EQ(rect("40:30:10:20", picture), (Rect{10, 20, 40, 30}));
  EXPECT_EQ(rect("50%x10%+25%+1", picture), (Rect{50, 1, 100, 10}));
  EXPECT_EQ(rect("40x+0+0", picture), (Rect{0, 0, 40, 100}));
  EXPECT_EQ(rect("x30+0+0", picture), (Rect{0, 0, 200, 30}));
  EXPECT_EQ(RectRule().in(picture), (Rect{0, 0, 200, 100}));
}

TEST(RectRule, CenterUnlessItHasOffsets) {
  EXPECT_EQ(rect("40x30", {200, 100}), (Rect{80, 35, 40, 30}));
  EXPECT_EQ(rect("50%", {200, 100}), (Rect{50, 25, 100, 50}));
  EXPECT_EQ(rect("4x4", {7, 7}), (Rect{1, 1, 4, 4}));
  EXPECT_EQ(rect("300x101", {201, 100}), (Rect{-50, -1, 300, 101}));
}

TEST(RectRule, GravityCountsInwards) {
  const Size picture{200, 100};
  EXPECT_EQ(rect("40x30+10+20", picture, Gravity::SouthEast), (Rect{150, 50, 40, 30}));
  EXPECT_EQ(rect("40x30+10+20", picture, Gravity::Center), (Rect{90, 55, 40, 30}));
  EXPECT_EQ(rect("40x30", picture, Gravity::North), (Rect{80, 0, 40, 30}));
  for (const Name<Gravity>& name : gravity_names) EXPECT_EQ(find_name(name.word, gravity_names), name.value);
  EXPECT_EQ(find_name("top-left", gravity_names), Gravity::NorthWest);
  EXPECT_EQ(find_name("centre", gravity_names), Gravity::Center);
  EXPECT_EQ(name_list(gravity_names), "center|north|northeast|east|southeast|south|southwest|west|northwest");
}

TEST(RectRule, Proportions) {
  EXPECT_EQ(rect("16:9", {1600, 1000}), (Rect{0, 50, 1600, 900}));
  EXPECT_EQ(rect("1:1", {1600, 1000}), (Rect{300, 0, 1000, 1000}));
  EXPECT_EQ(rect("16:9", {1600, 900}), (Rect{0, 0, 1600, 900}));
  EXPECT_EQ(rect("1:1000", {5, 3}), (Rect{2, 0, 1, 3}));
}

TEST(RectRule, PartInside) {
  EXPECT_EQ(part_inside({-5, 90, 20, 20}, {200, 100}), (Rect{0, 90, 15, 10}));
  EXPECT_EQ(part_inside({200, 0, 20, 20}, {200, 100}), std::nullopt);
  EXPECT_EQ(part_inside({-20, 0, 20, 20}, {200, 100}), std::nullopt);
}

TEST(RectRule, RefusesOtherText) {
  for (const char* text :
       {"",         "x",  "10",     "axb",   "0x5", "-5x5+0+0", "5x-5",      "10x10+1",  "10x10+1+2+3", "10x10+",
        "10x10++1", "0%", "10.5x3", "1:2:3", "0:1", "1:0",      "1:2:3:4:5", "1:2:-3:4", "1e3x4",       "10x10 "}) {
    EXPECT_THROW((void)RectRule("RECT", text), Error) << text;
  }
}

}  // namespace
}  // namespace sl

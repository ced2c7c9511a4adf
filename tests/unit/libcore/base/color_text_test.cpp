// Colors as users write them.

#include <gtest/gtest.h>

#include "libcore/base/color_text.h"
#include "libcore/base/error.h"

namespace sl {
namespace {

std::string read(std::string_view text) {
  Rgba color;
  parse_value("--background", text, color);
  return value_text(color);
}

TEST(ColorText, AllForms) {
  EXPECT_EQ(read("#f80"), "#ff8800");
  EXPECT_EQ(read("#F808"), "#ff880088");
  EXPECT_EQ(read("#ff8000"), "#ff8000");
  EXPECT_EQ(read("#20608080"), "#20608080");
  EXPECT_EQ(read("255,128,0"), "#ff8000");
  EXPECT_EQ(read("rgb(255, 128, 0)"), "#ff8000");
  EXPECT_EQ(read("rgb(100%,50%,0%)"), "#ff8000");
  EXPECT_EQ(read("rgba(255,128,0,0.5)"), "#ff800080");
  EXPECT_EQ(read("rgba(255,128,0,50%)"), "#ff800080");
}

TEST(ColorText, NamesOfCss) {
  EXPECT_EQ(read("orange"), "#ffa500");
  EXPECT_EQ(read("RebeccaPurple"), "#663399");
  EXPECT_EQ(read("green"), "#008000");
  EXPECT_EQ(read("gray"), read("grey"));
  EXPECT_EQ(read("transparent"), "#00000000");
}

TEST(ColorText, RefusesOtherText) {
  for (const char* text : {"", "#", "#12", "#12345", "#1234567", "#ggg", "#+12", "1,2", "1,2,3,4", "256,0,0", "-1,0,0",
                           "rgb(1,2)", "rgb(1,2,3", "rgba(1,2,3,2)", "rgb()", "nocolor", "1,2,", "nan,0,0"}) {
    EXPECT_THROW((void)read(text), Error) << text;
  }
}

}  // namespace
}  // namespace sl

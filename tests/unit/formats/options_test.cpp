// Values of a format's options.

#include <gtest/gtest.h>

#include <array>

#include "formats/format.h"
#include "libcore/base/size_text.h"

namespace sl {
namespace {

using Kind = FormatOption::Kind;

constexpr std::array table{FormatOption{"quality", "Q", Kind::Integer, 1, 100, "", "75", ""},
                           FormatOption{"filter", "", Kind::Choice, 0, 0, "none|sub|up|subtle", "up", ""},
                           FormatOption{"fast", "", Kind::Flag, 0, 0, "", "", ""},
                           FormatOption{"tile", "", Kind::Value, 0, 0, "WxH", "", "", checks_as<Size>}};

TEST(FormatOptions, AreTheDefaultsUntilTheyAreSet) {
  FormatOptions options(table);
  EXPECT_EQ(options.integer("quality"), 75);
  EXPECT_EQ(options.text("filter"), "up");
  EXPECT_EQ(options.choice("filter"), 2U);
  EXPECT_FALSE(options.flag("fast"));
  options.set("Q", "9");
  options.set("fast", "1");
  EXPECT_EQ(options.integer("quality"), 9);
  EXPECT_TRUE(options.flag("fast"));
}

TEST(FormatOptions, KnowThePlaceOfAWord) {
  FormatOptions options(table);
  std::size_t place = 0;
  for (const char* word : {"none", "sub", "up", "subtle"}) {
    options.set("filter", word);
    EXPECT_EQ(options.choice("filter"), place++) << word;
  }
}

TEST(FormatOptions, GiveValuesAsTheirType) {
  FormatOptions options(table);
  EXPECT_FALSE(options.value<Size>("tile"));
  options.set("tile", "64x16");
  EXPECT_EQ(options.value<Size>("tile")->width, 64U);
  EXPECT_EQ(options.value<Size>("tile")->height, 16U);
}

TEST(FormatOptions, RefuseWhatTheTableLacks) {
  FormatOptions options(table);
  const auto error = [&](const char* name, const char* value) -> std::string {
    try {
      options.set(name, value);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::Usage);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error("speed", "1"), "no option \"speed\"; it has quality, filter, fast, tile");
  EXPECT_NE(error("quality", "101"), "");
  EXPECT_NE(error("quality", "high"), "");
  EXPECT_EQ(error("filter", "none|sub"), "option filter: \"none|sub\" is not one of none|sub|up|subtle");
  EXPECT_TRUE(error("tile", "wide").starts_with("option tile: \"wide\" ")) << error("tile", "wide");
  EXPECT_EQ(error("fast", "yes"), "option fast takes no value");
}

}  // namespace
}  // namespace sl

// M3U8 from anywhere: lines cover the text, attributes and numbers stay in it, and nothing throws.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "libcore/net/m3u8.h"

namespace {

using namespace sl::m3u8;

TEST(M3u8, Lines) {
  const std::string text = "#EXTM3U\r\n\n a b \t\r\r\n#x\nlast";
  std::vector<std::string> lines;
  for (Line line; next_line(text, line);) lines.emplace_back(line.text);
  EXPECT_EQ(lines, (std::vector<std::string>{"#EXTM3U", "", " a b", "#x", "last"}));
  Line line;
  EXPECT_FALSE(next_line("", line));
  EXPECT_TRUE(next_line("\n", line));
  EXPECT_FALSE(line.is_uri());
  EXPECT_FALSE(next_line("\n", line));
}

TEST(M3u8, Tags) {
  EXPECT_EQ(split_tag("#EXTINF:2,a:b").name, "#EXTINF");
  EXPECT_EQ(split_tag("#EXTINF:2,a:b").value, "2,a:b");
  EXPECT_EQ(split_tag("#EXT-X-ENDLIST").name, "#EXT-X-ENDLIST");
  EXPECT_EQ(split_tag("#EXT-X-ENDLIST").value, "");
  EXPECT_EQ(split_tag("#EXTINF:").value, "");
  EXPECT_EQ(split_tag("http://a").name, "");
  EXPECT_EQ(split_tag("").name, "");
}

TEST(M3u8, Attributes) {
  const std::string_view list = R"(A=1, B="x,y=z",C=,DD=2,,E="",A=3,F="open)";
  EXPECT_EQ(attribute(list, "A"), "1");
  EXPECT_EQ(attribute(list, "B"), "x,y=z");
  EXPECT_EQ(attribute(list, "C"), "");
  EXPECT_EQ(attribute(list, "DD"), "2");
  EXPECT_EQ(attribute(list, "E"), "");
  EXPECT_EQ(attribute(list, "F"), "open");
  for (const char* name : {"D", "y", "x,y", "a", ""}) EXPECT_FALSE(attribute(list, name)) << name;
  for (const char* broken : {"", "=", ",", "A", "\"", "B=\"A=1\"", "B=\"", ",,,", "B==A"}) {
    EXPECT_FALSE(attribute(broken, "A")) << broken;
  }
}

TEST(M3u8, Numbers) {
  EXPECT_EQ(integer("18446744073709551615,x"), ~0ull);
  for (const char* none : {"", "-5", "+5", " 5", "x", "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_FALSE(integer(none)) << none;
  }
  EXPECT_EQ(microseconds("2"), 2000000);
  EXPECT_EQ(microseconds("2.04,title"), 2040000);
  EXPECT_EQ(microseconds("9.9766789"), 9976678);
  EXPECT_EQ(microseconds(".5"), 500000);
  EXPECT_EQ(microseconds("5."), 5000000);
  EXPECT_EQ(microseconds("1000000000.9"), max_microseconds);
  EXPECT_EQ(microseconds(std::string(100000, '9')), max_microseconds);
  EXPECT_EQ(microseconds("1." + std::string(100000, '9')), 1999999);
  for (const char* none : {"", ".", "-1", "+1", " 1", "inf", "nan", "e9", "x.5"}) {
    EXPECT_FALSE(microseconds(none)) << none;
  }
  EXPECT_EQ(microseconds("0x10"), 0);
  EXPECT_EQ(microseconds("1e9"), 1000000);
}

// Text of the characters that mean something: every view stays inside, and every line is seen once.
TEST(M3u8, HostileText) {
  constexpr std::string_view letters = "#EXT:=,\".\r\n\t 19-A";
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t left = random() % 40; left > 0; --left) text += letters[random() % letters.size()];
    if (round % 7 == 0) text += '\0';
    std::size_t covered = 0;
    for (Line line; next_line(text, line); covered = line.end) {
      ASSERT_EQ(line.start, covered);
      ASSERT_LT(line.start, line.end);
      ASSERT_LE(line.start + line.text.size(), line.end);
      ASSERT_EQ(line.text.find('\n'), std::string_view::npos);
      const Tag tag = split_tag(line.text);
      ASSERT_LE(tag.name.size() + tag.value.size(), line.text.size());
      for (const std::string_view list : {line.text, tag.value}) {
        const auto value = attribute(list, "A");
        if (!value) continue;
        ASSERT_GE(value->data(), list.data());
        ASSERT_LE(value->data() + value->size(), list.data() + list.size());
        const auto length = microseconds(*value);
        ASSERT_TRUE(!length || (*length >= 0 && *length <= max_microseconds));
      }
      (void)integer(tag.value);
    }
    ASSERT_EQ(covered, text.size());
  }
}

}  // namespace

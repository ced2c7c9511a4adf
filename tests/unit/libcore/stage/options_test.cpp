// Options in brackets after a name.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/stage/options.h"

namespace sl {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

TEST(SplitOptions, NameAndValues) {
  const auto options = [](const std::string& text) { return split_options("none.jpg" + text).options; };
  EXPECT_EQ(options(""), Options{});
  EXPECT_EQ(options("[]"), Options{});
  EXPECT_EQ(options("[shrink=2, no-orient]"), (Options{{"shrink", "2"}, {"no-orient", "1"}}));
  EXPECT_EQ(options("[ a = b c , d ]"), (Options{{"a", "b c"}, {"d", "1"}}));
  EXPECT_EQ(options("[a=]"), (Options{{"a", ""}}));
  EXPECT_EQ(options("[a=b=c]"), (Options{{"a", "b=c"}}));
  EXPECT_EQ(options(R"([a="b,c]'",d='"'])"), (Options{{"a", "b,c]'"}, {"d", "\""}}));
  EXPECT_EQ(options(R"([a="\"\\",b=\,])"), (Options{{"a", "\"\\"}, {"b", ","}}));
  EXPECT_EQ(split_options("[a]").name, "");
  EXPECT_EQ(split_options("none.jpg[a=1]").name, "none.jpg");
  EXPECT_EQ(split_options("http://[::1]/x").name, "http://[::1]/x");
  EXPECT_EQ(split_options("http://[::1]/x[a]").options, (Options{{"a", "1"}}));
}

TEST(SplitOptions, BracketsInNames) {
  const auto split = [](const std::string& text) {
    const NameWithOptions parts = split_options(text);
    return parts.name + "|" + (parts.options.empty() ? "" : parts.options[0].first + "=" + parts.options[0].second);
  };
  EXPECT_EQ(split("IMG[1].jpg"), "IMG[1].jpg|");
  EXPECT_EQ(split("IMG[1].jpg[a]"), "IMG[1].jpg|a=1");
  EXPECT_EQ(split("a [x]/b.jpg[a=2]"), "a [x]/b.jpg|a=2");
  EXPECT_EQ(split("b.jpg[a=\"[2].icc\"]"), "b.jpg|a=[2].icc");
  EXPECT_EQ(split("b.jpg[a=c[2]]"), "b.jpg|a=c[2]");
  EXPECT_EQ(split("photo[1]"), "photo[1]|");
  EXPECT_EQ(split("photo[1][a=2]"), "photo[1]|a=2");
  EXPECT_EQ(split("bare[format=png]"), "bare|format=png");
  EXPECT_EQ(split("-[a]"), "-|a=1");
}

TEST(SplitOptions, ThrowsOnOpenQuotesAndMissingNames) {
  for (const char* text : {"[a=\"b]", "['a]", "[a,,b]", "[=b]", "[a,=]"}) {
    EXPECT_THROW((void)split_options(std::string("none.jpg") + text), Error) << text;
  }
}

}  // namespace
}  // namespace sl

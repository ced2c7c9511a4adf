// Parsing and printing of sizes.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/size_text.h"

namespace {

sl::Size parsed(std::string_view text) {
  sl::Size size;
  parse_value("--size", text, size);
  return size;
}

TEST(SizeText, AsUsersWriteThem) {
  EXPECT_EQ(parsed("1280x720"), (sl::Size{1280, 720}));
  EXPECT_EQ(parsed("2147483647x1"), (sl::Size{2147483647, 1}));
  EXPECT_EQ(sl::size_text({1280, 720}), "1280x720");
  for (const char* text : {"", "x", "1280", "1280x", "x720", "0x720", "-1x2", "1280x720x3", "1280X720", "3000000000x1",
                           "1280 x720", "+1x1", "1280x720 "}) {
    EXPECT_EQ(sl::read_size(text), std::nullopt) << text;
    EXPECT_THROW((void)parsed(text), sl::Error) << text;
  }
}

TEST(SizeText, RefusesMoreThanAllowed) {
  EXPECT_EQ(sl::read_size("4096x4096", 4096), (sl::Size{4096, 4096}));
  EXPECT_EQ(sl::read_size("4097x1", 4096), std::nullopt);
  EXPECT_EQ(sl::read_size("1x4097", 4096), std::nullopt);
}

}  // namespace

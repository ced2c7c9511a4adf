// Tags of languages.

#include "libcore/media/language.h"

#include <gtest/gtest.h>

#include <utility>

namespace sl {
namespace {

TEST(Language, HasTheShortestTagInTheUsualCase) {
  const std::pair<const char*, const char*> tags[] = {{"deu", "de"},          {"ger", "de"},
                                                      {"DE", "de"},           {"de-at", "de-AT"},
                                                      {"por_br", "pt-BR"},    {"fre", "fr"},
                                                      {"fra", "fr"},          {"chi", "zh"},
                                                      {"zul", "zu"},          {"haw", "haw"},
                                                      {"aar", "aa"},          {"iw", "he"},
                                                      {"mol", "ro"},          {"ZH-hANT-tw", "zh-Hant-TW"},
                                                      {"es-419", "es-419"},   {"de-CH-1901", "de-CH-1901"},
                                                      {"en-x-US", "en-x-us"}, {"mul", "mul"},
                                                      {"zxx", "zxx"}};
  for (const auto& [text, tag] : tags) EXPECT_EQ(language_tag(text), tag) << text;
}

TEST(Language, IsEmptyForTextThatIsNoTag) {
  for (const char* text :
       {"", "und", "English", "e", "d1", "de-", "-de", "de--AT", "de AT", "de-abcdefghi", "\xc3\xa4h", "und-DE"}) {
    EXPECT_EQ(language_tag(text), "") << text;
  }
}

}  // namespace
TEST(Language, CodesOfThreeLetters) {
  EXPECT_EQ(sl::language_code("de-AT"), "deu");
  EXPECT_EQ(sl::language_code("ger"), "deu");
  EXPECT_EQ(sl::language_code("gsw"), "gsw");
  EXPECT_EQ(sl::language_code("und"), "");
  EXPECT_EQ(sl::bibliographic_code("deu"), "ger");
  EXPECT_EQ(sl::bibliographic_code("eng"), "eng");
}

}  // namespace sl

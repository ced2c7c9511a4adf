// Chapters to JSON and back, and JSON that breaks the specification.

#include "libcore/wire/chapters.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace {

TEST(Chapters, ComeBackAsTheyWere) {
  const std::vector<sl::Chapter> chapters{
      {0, 1'000'000'000, "One"}, {-5, sl::no_time, ""}, {std::int64_t{1} << 60, 7, "Ü"}};
  const auto read = sl::read_chapters(sl::write_chapters(chapters));
  ASSERT_EQ(read.size(), chapters.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].start, chapters[i].start);
    EXPECT_EQ(read[i].end, chapters[i].end);
    EXPECT_EQ(read[i].title, chapters[i].title);
  }
}

TEST(Chapters, BrokenOnesAreRefused) {
  for (const char* json : {"{}", R"({"chapters":{}})", R"({"chapters":[1]})", R"({"chapters":[{"end":1}]})",
                           R"({"chapters":[{"start":1,"title":2}]})", "["}) {
    EXPECT_THROW((void)sl::read_chapters(json), sl::Error) << json;
  }
}

}  // namespace

// Reading and seeking in any order gives the file's bytes.

#include "libcore/source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <vector>

namespace {

class SourceOfFile : public testing::Test {
 protected:
  SourceOfFile() : bytes_(200'003) {
    std::mt19937 random(1);
    for (std::byte& b : bytes_) b = static_cast<std::byte>(random());
    std::FILE* file = std::tmpfile();
    EXPECT_EQ(std::fwrite(bytes_.data(), 1, bytes_.size(), file), bytes_.size());
    std::rewind(file);
    source_.emplace(sl::Source::descriptor(dup(fileno(file)), "file"));
    std::fclose(file);
  }
  // Reads `size` bytes, fewer at the end, where the source stands.
  void expect_bytes(std::uint64_t at, std::size_t size) {
    std::vector<std::byte> got(size);
    got.resize(source_->read(got));
    const std::size_t left = bytes_.size() - std::min<std::size_t>(bytes_.size(), at);
    ASSERT_EQ(got.empty(), left == 0) << "at " << at;
    ASSERT_LE(got.size(), std::min(size, left));
    ASSERT_TRUE(std::equal(got.begin(), got.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at))) << "at " << at;
    ASSERT_EQ(source_->position(), at + got.size());
  }

  std::vector<std::byte> bytes_;
  std::optional<sl::Source> source_;
};

TEST_F(SourceOfFile, GivesItsBytesInAnyOrder) {
  ASSERT_EQ(source_->size(), bytes_.size());
  source_->end_header();
  std::mt19937 random(2);
  std::uint64_t at = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 3 == 0) {
      at = random() % (bytes_.size() + 1);
      source_->seek(at);
      ASSERT_EQ(source_->position(), at);
    }
    const std::size_t size = random() % 2 == 0 ? 1 + random() % 100 : 65'536 + random() % 9;
    expect_bytes(at, size);
    at = source_->position();
  }
}

TEST_F(SourceOfFile, GoesBackIntoWhatWasReadAfterItsEnd) {
  source_->end_header();
  std::uint64_t at = 0;
  while (at < bytes_.size()) {
    expect_bytes(at, 65'536);
    at = source_->position();
  }
  expect_bytes(at, 10);  // the end
  source_->seek(at - 1000);
  expect_bytes(at - 1000, 65'536);
  source_->seek(600);
  expect_bytes(600, 65'536);
}

}  // namespace

// Reading and seeking in any order gives the file's bytes.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <random>
#include <vector>

#include "libcore/bytes/source.h"

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
  // Read `size` bytes at the current position, fewer at the end.
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

TEST_F(SourceOfFile, ReadsInAnyOrder) {
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

TEST_F(SourceOfFile, SkipReturnsTheNumberOfBytes) {
  for (const bool from_pipe : {false, true}) {
    if (from_pipe) {
      std::array<int, 2> ends{};
      ASSERT_EQ(pipe(ends.data()), 0);
      ASSERT_GE(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), 1 << 20);
      ASSERT_EQ(write(ends[1], bytes_.data(), bytes_.size()), static_cast<ssize_t>(bytes_.size()));
      close(ends[1]);
      source_.emplace(sl::Source::descriptor(ends[0], "pipe"));
    }
    source_->end_header();
    source_->limit_read_ahead(4096);
    std::mt19937 random(3);
    for (std::uint64_t at = 0; at < bytes_.size();) {
      const std::uint64_t size = random() % 2 == 0 ? random() % 300 : random() % 50'000;
      ASSERT_EQ(source_->skip(size), std::min<std::uint64_t>(size, bytes_.size() - at));
      at = std::min<std::uint64_t>(at + size, bytes_.size());
      ASSERT_EQ(source_->position(), at);
      expect_bytes(at, 1 + random() % 5000);
      at = source_->position();
    }
    EXPECT_EQ(source_->skip(1'000'000), 0u);
  }
}

TEST_F(SourceOfFile, SeeksBackAfterTheEnd) {
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

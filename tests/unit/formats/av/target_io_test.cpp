// A Target as FFmpeg writes it: every place that a file has, and no error that is lost where FFmpeg ignores it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>

#include "formats/av/encode/target_io.h"

namespace {

class TargetIoTest : public testing::Test {
 protected:
  ~TargetIoTest() override { std::remove(path_.c_str()); }
  std::string path_ = testing::TempDir() + "target_io_test." + std::to_string(getpid());
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(TargetIoTest, WritesAnywhereAsInAFile) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    sl::Target target = sl::Target::file(path_);
    sl::av::TargetIo io(target);
    std::string wanted;
    for (int step = 0; step < 40; ++step) {
      const std::size_t at = random() % 3 == 0 ? wanted.size() : random() % (wanted.size() + 200000);
      const std::string some(random() % (seed % 2 == 0 ? 100 : 100000), static_cast<char>('a' + step % 26));
      ASSERT_EQ(avio_seek(io.context(), static_cast<std::int64_t>(at), SEEK_SET), static_cast<std::int64_t>(at));
      avio_write(io.context(), reinterpret_cast<const unsigned char*>(some.data()), static_cast<int>(some.size()));
      if (some.empty()) continue;
      if (wanted.size() < at + some.size()) wanted.resize(at + some.size());
      wanted.replace(at, some.size(), some);
    }
    avio_flush(io.context());
    io.check();
    EXPECT_EQ(target.position(), wanted.size());
    target.finish();
    ASSERT_EQ(text_of(path_), wanted) << "seed " << seed;
  }
}

// What a muxer does that ignores an error: it writes on. Nothing of that is written, and `check` throws.
void expect_kept(sl::Target& target, sl::Status status, const std::function<int(sl::av::TargetIo&)>& refused) {
  sl::av::TargetIo io(target);
  EXPECT_NO_THROW(io.check());
  EXPECT_LT(refused(io), 0);
  const std::uint64_t before = target.position();
  unsigned char byte = 0;
  EXPECT_LT(io.context()->write_packet(&io, &byte, 1), 0);
  EXPECT_EQ(target.position(), before);
  for (int time = 0; time < 2; ++time) {
    try {
      io.check();
      FAIL() << "the error is lost";
    } catch (const sl::Error& error) {
      EXPECT_EQ(error.status(), status) << error.what();
    }
  }
}

TEST_F(TargetIoTest, KeepsARefusedSeek) {
  sl::Target target = sl::Target::file(path_);
  const auto seek = [](std::int64_t offset, int whence) {
    return [=](sl::av::TargetIo& io) { return static_cast<int>(io.context()->seek(&io, offset, whence)); };
  };
  expect_kept(target, sl::Status::Io, seek(-1, SEEK_SET));
  expect_kept(target, sl::Status::Io, seek(-1, SEEK_CUR));
  expect_kept(target, sl::Status::Io, seek(-1, SEEK_END));
  expect_kept(target, sl::Status::Io, seek(0, 77));
}

TEST_F(TargetIoTest, KeepsARefusedWrite) {
  unsigned char byte = 0;
  const auto write = [&](sl::av::TargetIo& io) {
    for (int n = 0; n < 1000000; ++n) {
      if (const int code = io.context()->write_packet(&io, &byte, 1); code < 0) return code;
    }
    return 0;
  };
  sl::Target full = sl::Target::descriptor(open("/dev/full", O_WRONLY), "full");
  expect_kept(full, sl::Status::Io, write);
}

TEST_F(TargetIoTest, KeepsARefusedRead) {
  AVFormatContext* format = avformat_alloc_context();
  ASSERT_NE(format, nullptr);
  format->url = av_strdup("own");
  AVIOContext* opened = nullptr;
  sl::Target target = sl::Target::file(path_);
  expect_kept(target, sl::Status::Io, [&](sl::av::TargetIo& io) {
    io.serve(*format);
    if (format->io_open(format, &opened, "own", AVIO_FLAG_READ, nullptr) < 0) return 0;
    target.discard();
    unsigned char byte = 0;
    const int code = opened->read_packet(&io, &byte, 1);
    format->io_close2(format, opened);
    return code;
  });
  avformat_free_context(format);
}

TEST_F(TargetIoTest, KeepsARefusedFile) {
  const std::string name = path_;
  AVFormatContext* format = avformat_alloc_context();
  ASSERT_NE(format, nullptr);
  format->url = av_strdup(name.c_str());
  AVIOContext* opened = nullptr;
  const auto open_file = [&](const std::string& url, int flags) {
    return [=, &opened](sl::av::TargetIo& io) {
      io.serve(*format);
      return format->io_open(format, &opened, url.c_str(), flags, nullptr);
    };
  };
  sl::Target own = sl::Target::file(path_);
  expect_kept(own, sl::Status::NotPermitted, open_file("/etc/passwd", AVIO_FLAG_READ));
  expect_kept(own, sl::Status::NotPermitted, open_file(name, AVIO_FLAG_WRITE));
  sl::Target pipe = sl::Target::callbacks([](std::span<const std::byte>) {}, {}, "pipe");
  expect_kept(pipe, sl::Status::Usage, open_file(name, AVIO_FLAG_READ));
  EXPECT_EQ(opened, nullptr);
  avformat_free_context(format);
}

}  // namespace

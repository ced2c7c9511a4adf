// Failures in Writer, Target and Reader: cut writes, removed frames, and stages that break the rules.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;

sl::Track data_track() {
  sl::Track track;
  track.kind = sl::Kind::Data;
  track.codec = "application/x-test";
  track.time_base = {1, 1000};
  return track;
}

sl::Frame frame(std::uint64_t number) {
  sl::Frame made;
  made.number = number;
  return made;
}

const std::vector<std::byte> piece(1000, std::byte{7});

class Recording : public testing::Test {
 protected:
  Recording() : path_(testing::TempDir() + "stream_test." + std::to_string(getpid()) + ".slw") {
    target_.emplace(sl::Target::file(path_));
    writer_.emplace(*target_, sl::wire::StageInfo{"test", "1", "host", ""}, "test");
    writer_->begin();
  }
  ~Recording() override { unlink(path_.c_str()); }

  void send(std::uint16_t track, std::uint64_t number) {
    writer_->frame(track, frame(number));
    writer_->bytes(track, piece, true);
  }

  // Frames of each track, from a Reader, which compares them with END.
  std::map<std::uint16_t, std::uint64_t> finish_and_count() {
    writer_->end(nullptr, true);
    writer_->close();
    target_->finish();
    sl::Source source = sl::Source::file(path_);
    sl::Reader in(source);
    std::map<std::uint16_t, std::uint64_t> frames;
    while (const auto record = in.next()) {
      if (record->type == Type::Track) frames[record->track];
      if (record->type == Type::Frame) ++frames[record->track];
    }
    return frames;
  }

  std::string path_;
  std::optional<sl::Target> target_;
  std::optional<sl::Writer> writer_;
};

TEST_F(Recording, TrackAnnouncedInsideADroppedFrameGoesWithIt) {
  writer_->track(1, data_track());
  send(1, 0);
  writer_->frame(1, frame(1));
  writer_->track(2, data_track());
  ASSERT_TRUE(writer_->drop_open_frames());
  EXPECT_EQ(finish_and_count(), (std::map<std::uint16_t, std::uint64_t>{{1, 1}}));
}

TEST_F(Recording, FewFramesOfAnotherTrackGoWithADroppedOne) {
  writer_->track(1, data_track());
  writer_->track(2, data_track());
  send(2, 0);
  writer_->frame(1, frame(0));
  send(2, 1);
  ASSERT_TRUE(writer_->drop_open_frames());
  EXPECT_EQ(finish_and_count(), (std::map<std::uint16_t, std::uint64_t>{{1, 0}, {2, 1}}));
}

TEST_F(Recording, TracksThatAlwaysOverlapAreKept) {
  writer_->track(1, data_track());
  writer_->track(2, data_track());
  writer_->frame(1, frame(0));
  for (std::uint64_t i = 0; i < 100; ++i) {
    writer_->frame(2, frame(i));
    writer_->bytes(1, piece, true);
    writer_->frame(1, frame(i + 1));
    writer_->bytes(2, piece, true);
  }
  const std::uint64_t before = target_->position();
  EXPECT_FALSE(writer_->drop_open_frames());
  EXPECT_EQ(target_->position(), before);
}

TEST(Target, WritesNothingAfterAWriteThatWasCutOff) {
  std::size_t written = 0;
  bool full = true;
  sl::Target target = sl::Target::callbacks(
      [&](std::span<const std::byte> bytes) {
        if (full) throw sl::Error(sl::Status::Io, "full");
        written += bytes.size();
      },
      {}, "test");
  const std::vector<std::byte> large(100000);
  EXPECT_THROW(target.write(large), sl::Error);
  full = false;
  target.write(std::span(large).first(10));
  EXPECT_THROW(target.flush(), sl::Error);
  EXPECT_EQ(written, 0u);
}

void expect_bug(const std::function<void()>& wrong) {
  try {
    wrong();
    FAIL() << "nothing was said";
  } catch (const sl::Error& error) {
    EXPECT_EQ(error.status(), sl::Status::Bug);
  }
}

// A stage's mistake is reported in that stage, in release builds too, and not in the next one.
TEST_F(Recording, AStageThatBreaksTheRulesThrows) {
  expect_bug([&] { writer_->frame(1, frame(0)); });  // no such track
  sl::Track video;
  video.codec = "raw";
  video.time_base = {1, 1};
  video.pixels = &sl::pixel_format("gray");
  video.width = 8;
  video.height = 4;
  writer_->track(1, video);
  std::vector<std::byte> samples(32);
  sl::Strip strip = sl::packed_strip(*video.pixels, 8, 2, samples.data());
  expect_bug([&] { writer_->rows(1, strip); });  // outside a frame
  writer_->frame(1, frame(0));
  expect_bug([&] { writer_->frame(1, frame(1)); });
  expect_bug([&] { writer_->track(1, data_track()); });
  expect_bug([&] { writer_->bytes(1, samples, true); });
  expect_bug([&] { writer_->rows(1, sl::packed_strip(sl::pixel_format("rgb24"), 8, 1, samples.data())); });
  strip.first = 2;
  expect_bug([&] { writer_->rows(1, strip); });  // not the next rows
  strip.first = 0;
  strip.last = true;
  expect_bug([&] { writer_->rows(1, strip); });  // not the last rows
  strip.last = false;
  writer_->rows(1, strip);
  strip.first = 2;
  expect_bug([&] { writer_->rows(1, strip); });  // the last, and not called so
  expect_bug([&] { writer_->end(); });
  strip.last = true;
  writer_->rows(1, strip);
  expect_bug([&] { writer_->begin(); });
  EXPECT_EQ(finish_and_count(), (std::map<std::uint16_t, std::uint64_t>{{1, 1}}));
}

}  // namespace

// Valid and invalid choices of tracks, and the tracks they pick.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/media/track.h"
#include "libcore/wire/track_choice.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using Numbers = std::vector<std::uint16_t>;

// A stream with a picture (2), sound in German (3) and English (5), sound without a language (6), and text (7).
class Choosing : public testing::Test {
 protected:
  Choosing() {
    wire_ = sl::test::written([](sl::Writer& out) {
      out.begin();
      const auto add = [&](std::uint16_t number, sl::Kind kind, const std::string& rest) {
        sl::Track track;
        track.kind = kind;
        track.codec = "test";
        track.rest = rest;
        out.track(number, track);
      };
      add(2, sl::Kind::Video, "");
      add(3, sl::Kind::Audio, R"({"language":"de"})");
      add(5, sl::Kind::Audio, R"({"language":"en-GB"})");
      add(6, sl::Kind::Audio, R"({"title":"language","sparse":true})");
      add(7, sl::Kind::Data, R"({"meta":{"language":"fr"}})");
      out.end();
    });
    source_.emplace(sl::Source::memory(wire_, "film"));
    reader_.emplace(*source_);
    while (reader_->next()->type != sl::wire::Type::End) {
    }
  }
  Numbers pick(std::string_view text) { return sl::TrackChoice("TRACKS", text).pick(*reader_); }

  std::vector<std::byte> wire_;
  std::optional<sl::Source> source_;
  std::optional<sl::Reader> reader_;
};

TEST_F(Choosing, PicksInTheOrderOfTerms) {
  EXPECT_EQ(pick("all"), (Numbers{2, 3, 5, 6, 7}));
  EXPECT_EQ(pick("5"), (Numbers{5}));
  EXPECT_EQ(pick("audio"), (Numbers{3, 5, 6}));
  EXPECT_EQ(pick("audio:2,video"), (Numbers{5, 2}));
  EXPECT_EQ(pick("data+audio:EN-gb+all"), (Numbers{7, 5, 2, 3, 6}));
  EXPECT_EQ(pick("6,audio,6"), (Numbers{6, 3, 5}));
}

TEST_F(Choosing, ListsTheTracksIfATermMatchesNone) {
  for (const char* text : {"1", "audio:fr", "audio:4", "video:2", "data:fr", "2,4"}) {
    try {
      (void)pick(text);
      FAIL() << text;
    } catch (const sl::Error& error) {
      EXPECT_EQ(error.status(), sl::Status::Usage);
      EXPECT_NE(std::string(error.what()).find("3 audio de, 5 audio en-GB"), std::string::npos) << error.what();
    }
  }
}

TEST_F(Choosing, LooksAtTheTracksOwnMembersOnly) {
  EXPECT_EQ(sl::rest_text(reader_->track(7), "language"), "");
  EXPECT_EQ(sl::rest_text(reader_->track(6), "title"), "language");
  EXPECT_TRUE(sl::rest_flag(reader_->track(6), "sparse"));
  EXPECT_FALSE(sl::rest_flag(reader_->track(7), "meta"));
}

TEST(TrackChoice, AcceptsAndRefuses) {
  for (const char* text : {"1", "65535", "video", "audio:de,2", "all", "data:1+video"}) {
    EXPECT_TRUE(sl::TrackChoice::reads_as_choice(text)) << text;
  }
  for (const char* text :
       {"", "0", "65536", "-1", "1,", ",", "film.mp4", "sound", "audio:", "audio:d/e", "Video", "1 2"}) {
    EXPECT_FALSE(sl::TrackChoice::reads_as_choice(text)) << text;
    EXPECT_THROW(sl::TrackChoice("TRACKS", text), sl::Error) << text;
  }
}

}  // namespace

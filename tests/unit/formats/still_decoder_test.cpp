// What the decoders of stills share.

#include "formats/still_decoder.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "formats/picture.h"

namespace sl {
namespace {

// Two rows of three gray pixels; the second one is damaged.
class TwoRows : public StillDecoder {
 public:
  explicit TwoRows(const DecodeContext& context) : StillDecoder(context, "TWO") {}

  Picture header() override {
    track_.pixels = &pixel_format("gray");
    track_.width = 3;
    track_.height = 2;
    return {track_, {}};
  }

  Strip read_rows(std::uint32_t /*at_most*/) override {
    const bool bad = row_ == 1;
    if (bad) damage("bad" + row_place("at", row_), "it is black");
    return next_strip(1, pixels_.data(), bad);
  }

  int ends = 0;

 private:
  void begin(Frame& frame) override { frame.duration = 5; }
  void end() override { ++ends; }

  std::array<std::byte, 3> pixels_{};
};

class StillDecoderTest : public testing::Test {
 protected:
  Source source_ = Source::memory({}, "in");
  FormatOptions options_{{}};
  std::vector<std::string> warnings_;

  TwoRows decoder(bool salvage) {
    return TwoRows({source_, options_, salvage, [this](const std::string& line) { warnings_.push_back(line); }});
  }
};

TEST_F(StillDecoderTest, GivesOneFrame) {
  TwoRows two = decoder(true);
  (void)two.header();
  const auto frame = two.next_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->pts, 0);
  EXPECT_EQ(frame->duration, 5);
  EXPECT_FALSE(two.next_frame());
  EXPECT_FALSE(two.next_frame());
  EXPECT_EQ(two.ends, 1);
}

TEST_F(StillDecoderTest, CountsRows) {
  TwoRows two = decoder(true);
  (void)two.header();
  const Strip first = two.read_rows(1), second = two.read_rows(1);
  EXPECT_EQ(first.first, 0u);
  EXPECT_FALSE(first.last || first.damaged);
  EXPECT_EQ(second.first, 1u);
  EXPECT_TRUE(second.last && second.damaged);
}

TEST_F(StillDecoderTest, ReportsDamageInSalvageAndThrowsItOtherwise) {
  TwoRows saved = decoder(true);
  (void)saved.header();
  for (int row = 0; row < 2; ++row) (void)saved.read_rows(1);
  EXPECT_EQ(warnings_, std::vector<std::string>{"TWO: bad at row 1 of 2; it is black"});

  TwoRows strict = decoder(false);
  (void)strict.header();
  (void)strict.read_rows(1);
  try {
    (void)strict.read_rows(1);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::Data);
    EXPECT_STREQ(error.what(), "in: TWO: bad at row 1 of 2");
  }
}

}  // namespace
}  // namespace sl

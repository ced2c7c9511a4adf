// Filters over time: neighbours at the ends, places of events and attachments, limits of recordings.

#include "libcore/filter/over_time.h"

#include "libcore/media/attachment.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using namespace sl;
using sl::test::Samples;

// A picture of one pixel.
Samples pixel(double value, std::uint32_t width = 1) {
  Samples picture(test::video_track("gray", width, 1));
  for (std::uint32_t x = 0; x < width; ++x) picture.set(0, x, 0, value);
  return picture;
}

// Runs a filter that writes the first of its neighbours, and logs them: "1 [2] 3" for the values around its own.
std::vector<std::string> neighbours(const std::vector<std::byte>& stream, TimeSpan span,
                                    test::Received* out = nullptr) {
  std::vector<std::string> log;
  const auto bytes = test::filtered(stream, [&](Reader& in, Writer& writer) {
    map_over_time(in, writer, span, [&](const Track&, const Neighbours& around, const Strip& made) {
      std::string line;
      for (std::size_t i = 0; i < around.pictures.size(); ++i) {
        const std::string value = std::to_string(*around.pictures[i].planes[0].row<std::uint8_t>(0));
        line += (line.empty() ? "" : " ") + (i == around.own ? "[" + value + "]" : value);
      }
      log.push_back(line);
      copy_rows(around.pictures[0], made);
    });
  });
  if (out != nullptr) *out = test::received(bytes);
  return log;
}

TEST(OverTime, HasFewerNeighboursAtTheEnds) {
  const auto stream = test::stream_of({pixel(1), pixel(2), pixel(3), pixel(4)});
  using Log = std::vector<std::string>;
  EXPECT_EQ(neighbours(stream, {1, 1}), (Log{"[1] 2", "1 [2] 3", "2 [3] 4", "3 [4]"}));
  EXPECT_EQ(neighbours(stream, {2, 0}), (Log{"[1]", "1 [2]", "1 2 [3]", "2 3 [4]"}));
  EXPECT_EQ(neighbours(stream, {0, 9}), (Log{"[1] 2 3 4", "[2] 3 4", "[3] 4", "[4]"}));
  EXPECT_EQ(neighbours(stream, {0, 0}), (Log{"[1]", "[2]", "[3]", "[4]"}));
  test::Received out;
  neighbours(stream, {1, 0}, &out);
  ASSERT_EQ(out.pictures.size(), 4U);
  EXPECT_EQ(out.pictures[3].get(0, 0, 0), 3);
  EXPECT_EQ(out.records, (Log{"frame 0", "frame 1", "frame 2", "frame 3"}));
}

TEST(OverTime, MixesNoRecordingsAndNoTracks) {
  const auto stream = test::written([&](Writer& out) {
    out.begin();
    out.track(1, pixel(1).track);
    const auto send = [&](const Samples& picture, std::uint64_t number, std::uint32_t flags) {
      Frame frame;
      frame.number = number;
      frame.flags = flags;
      test::write_picture(out, picture, frame);
    };
    send(pixel(1), 0, frame_flag::key);
    send(pixel(2), 1, frame_flag::key);
    send(pixel(3), 2, frame_flag::key | frame_flag::discontinuity);
    out.track(1, pixel(4, 5).track);
    send(pixel(4, 5), 3, frame_flag::key);
    out.end();
  });
  test::Received out;
  EXPECT_EQ(neighbours(stream, {2, 2}, &out), (std::vector<std::string>{"[1] 2", "1 [2]", "[3]", "[4]"}));
  ASSERT_EQ(out.pictures.size(), 4U);
  EXPECT_EQ(out.pictures[3].track.width, 5U);
}

TEST(OverTime, LeavesEventsAndAttachmentsInTheirPlaces) {
  const auto stream = test::written([&](Writer& out) {
    out.begin();
    out.track(1, pixel(1).track);
    out.attachment(1, {"icc", "profile", 0});
    out.attachment(1, {"thumbnail", "pixels", wire::tied_to_pixels});
    out.event(1, R"({"event":"before"})");
    for (std::uint64_t i = 0; i < 4; ++i) {
      if (i == 2) out.attachment(1, {"exif", "for one", wire::next_frame_only});
      Frame frame;
      frame.number = i;
      test::write_picture(out, pixel(static_cast<double>(i)), frame);
      out.event(1, R"({"event":"after )" + std::to_string(i) + "\"}");
    }
    out.end();
  });
  test::Received out;
  neighbours(stream, {1, 2}, &out);
  const std::vector<std::string> expected{
      R"({"event":"before"})",  "attachment icc",  "frame 0", R"({"event":"after 0"})", "frame 1",
      R"({"event":"after 1"})", "attachment exif", "frame 2", R"({"event":"after 2"})", "frame 3",
      R"({"event":"after 3"})"};
  std::vector<std::string> got = out.records;
  std::erase_if(got, [](const std::string& record) { return record.find("not-carried") != std::string::npos; });
  EXPECT_EQ(got, expected);
  EXPECT_EQ(std::ranges::count_if(
                out.records,
                [](const std::string& record) { return record.find("attachment thumbnail") != std::string::npos; }),
            1);
}

}  // namespace

// Streams through a filter that moves pixels: frames, fields, detections, tracks.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/filter/geometry.h"
#include "libcore/pixels/mover.h"
#include "memory_stream.h"

namespace sl {
namespace {

using test::Samples;

Track track_of(std::string_view format) {
  Track track;
  track.pixels = &pixel_format(format);
  track.width = 8;
  track.height = 8;
  return track;
}

std::vector<std::byte> stream_of(const Track& track, std::uint32_t flags, const std::string& metadata) {
  return test::written([&](Writer& out) {
    out.begin();
    out.track(1, track);
    for (std::uint64_t number = 0; number < 2; ++number) {
      Frame frame;
      frame.number = number;
      frame.pts = static_cast<std::int64_t>(number);
      frame.flags = flags;
      frame.metadata = metadata;
      test::write_picture(out, Samples(track), frame);
    }
    out.end();
  });
}

// The frames that leave, and the EVENTs.
struct Result {
  std::vector<Frame> frames;
  std::size_t events = 0;
};
Result cropped(const std::vector<std::byte>& stream, const Rect& part) {
  const auto filter = geometry([&](const Track& from) { return Mover(from, crop_to(from, part)); });
  const std::vector<std::byte> bytes = test::filtered(stream, filter);
  Source source = Source::memory(bytes, "memory");
  Reader in(source);
  Result result;
  while (const auto record = in.next()) {
    if (record->type == wire::Type::Frame) result.frames.push_back(in.frame(1));
    if (record->type == wire::Type::Event) ++result.events;
  }
  EXPECT_EQ(in.track(1).width, part.width);
  EXPECT_EQ(in.track(1).height, part.height);
  return result;
}

TEST(MovePictures, FramesSayWhereThingsAreNow) {
  const auto stream =
      stream_of(track_of("rgb24"), frame_flag::key, R"({"geometry":{"detections":[{"box":[2,3,4,5]}]}})");
  const Result result = cropped(stream, {1, 1, 7, 7});
  ASSERT_EQ(result.frames.size(), 2U);
  EXPECT_EQ(result.frames[1].metadata, R"({"geometry":{"detections":[{"box":[1,2,4,5]}]}})");
  EXPECT_EQ(result.events, 0U);
}

TEST(MovePictures, ReportOnceWhatNobodyCanMove) {
  const auto stream = stream_of(track_of("rgb24"), frame_flag::key, R"({"geometry":{"mask":"abc"}})");
  const Result result = cropped(stream, {1, 1, 7, 7});
  EXPECT_EQ(result.frames[0].metadata, "");
  EXPECT_EQ(result.events, 1U);
}

TEST(MovePictures, FieldsStayApart) {
  constexpr std::uint32_t flags = frame_flag::key | frame_flag::interlaced | frame_flag::top_first;
  EXPECT_EQ(cropped(stream_of(track_of("rgb24"), flags, ""), {0, 2, 8, 4}).frames[0].flags, flags);
  EXPECT_EQ(cropped(stream_of(track_of("rgb24"), flags, ""), {0, 1, 8, 4}).frames[0].flags,
            frame_flag::key | frame_flag::interlaced);
  EXPECT_THROW(cropped(stream_of(track_of("yuv420p"), flags, ""), {0, 2, 8, 4}), Error);
  EXPECT_EQ(cropped(stream_of(track_of("yuv420p"), flags, ""), {0, 4, 8, 4}).frames[0].flags, flags);
  Track known = track_of("yuv420p");
  known.fields = Fields::Top;
  EXPECT_EQ(cropped(stream_of(known, flags, ""), {0, 1, 8, 4}).frames[0].flags,
            frame_flag::key | frame_flag::interlaced);
}

}  // namespace
}  // namespace sl

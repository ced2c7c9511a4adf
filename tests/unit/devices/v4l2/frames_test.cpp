// Cameras: buffers of bytes to records. The bytes are made here, the driver is the virtual machine's affair.

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cstring>
#include <numeric>

#include "devices/v4l2/frames.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"

namespace {

using namespace sl::v4l2;
using sl::Size;
using sl::frame_flag::damaged, sl::frame_flag::discontinuity, sl::frame_flag::key;
using sl::wire::Type;

constexpr std::int64_t start = 5'000'000'000;  // of the first frame, ns

struct Recorded {
  std::vector<sl::Frame> frames;
  std::vector<std::vector<std::byte>> samples;
  std::vector<std::string> events;
  sl::Track track;
  sl::wire::End end;
};

// A camera whose buffers come from the test.
class Camera {
 public:
  Camera(std::uint32_t fourcc, Size size, std::uint32_t stride = 0) {
    picture_.mode = {fourcc, size, {25, 1}};
    picture_.format = *find_format(fourcc);
    picture_.color.colorspace = V4L2_COLORSPACE_SRGB;
    picture_.fields = sl::Fields::Progressive;
    picture_.stamp = Stamp::StartOfExposure;
    if (picture_.format.is_raw()) {
      picture_.places = contiguous_places(picture_.format, size, stride);
    }
    out_.begin();
    frames_.announce(picture_);
  }

  bool send(std::uint32_t sequence, std::int64_t after, std::vector<std::uint8_t> bytes, std::uint32_t flags = 0) {
    Buffer buffer{0, sequence, flags, V4L2_FIELD_NONE, start + after, {}};
    buffer.memory.push_back({std::as_bytes(std::span(bytes)), used_.value_or(bytes.size())});
    return frames_.write(buffer);
  }
  void fill_only(std::size_t used) { used_ = used; }
  void lose_and_find() { frames_.announce(picture_, "unplugged"); }

  Recorded recorded() {
    out_.end();
    out_.close();
    Recorded result;
    sl::Source source = sl::Source::memory(bytes_, "camera");
    sl::Reader in(source);
    while (const auto record = in.next()) {
      const auto body = [&] { return in.body(); };
      if (record->type == Type::Track) result.track = in.track(1);
      if (record->type == Type::End) result.end = in.end();
      if (record->type == Type::Event) {
        result.events.emplace_back(reinterpret_cast<const char*>(body().data()), body().size());
      }
      if (record->type == Type::Frame) {
        result.frames.push_back(in.frame(1));
        result.samples.emplace_back();
      }
      if (record->type == Type::Bytes) result.samples.back().assign(body().begin(), body().end());
      if (record->type == Type::Rows) {
        const sl::Strip strip = in.strip();
        for (int i = 0; i < strip.format->planes; ++i) {
          const sl::Plane& plane = strip.planes[static_cast<std::size_t>(i)];
          for (std::uint32_t y = 0; y < plane.rows; ++y) {
            const auto row = std::span(plane.row<std::byte>(y), sl::row_bytes(*strip.format, i, strip.width));
            result.samples.back().insert(result.samples.back().end(), row.begin(), row.end());
          }
        }
      }
    }
    return result;
  }

 private:
  std::vector<std::byte> bytes_;
  sl::Target target_ = sl::Target::callbacks(
      [this](std::span<const std::byte> more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }, [] {},
      "test");
  sl::Writer out_{target_, {"sl-webcam", "0", "", ""}, ""};
  Identity identity_{"/dev/video0", "uvcvideo", "Test Camera", "usb-1", "SN7", 0};
  Frames frames_{out_, identity_, true};
  Picture picture_;
  std::optional<std::size_t> used_;
};

std::vector<std::uint8_t> counted(std::size_t n) {
  std::vector<std::uint8_t> bytes(n);
  std::iota(bytes.begin(), bytes.end(), 1);
  return bytes;
}

std::vector<int> numbers(const std::vector<std::byte>& bytes) {
  std::vector<int> result;
  for (const std::byte byte : bytes) result.push_back(static_cast<int>(byte));
  return result;
}

constexpr std::uint8_t jpeg_start[] = {0xff, 0xd8, 0xff, 0xdb, 0, 1, 2, 0xff, 0xd9};
std::vector<std::uint8_t> jpeg() { return {std::begin(jpeg_start), std::end(jpeg_start)}; }

TEST(V4l2Frames, TimesAndNumbersAreTheDrivers) {
  Camera camera(V4L2_PIX_FMT_GREY, {4, 2});
  camera.send(7, 0, counted(8));
  camera.send(8, 40'001'000, counted(8));
  camera.send(11, 160'000'000, counted(8));
  const Recorded got = camera.recorded();
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[0].number, 7u);
  EXPECT_EQ(got.frames[2].number, 11u);
  EXPECT_EQ(got.frames[0].pts, 0);
  EXPECT_EQ(got.frames[1].pts, 40'001);
  EXPECT_EQ(got.frames[1].duration, 40'000);
  EXPECT_EQ(got.frames[2].capture, start + 160'000'000);
  ASSERT_EQ(got.events.size(), 1u);
  const sl::Json event = sl::parse_json(got.events[0], sl::wire_limit::json);
  EXPECT_EQ(event["event"], "dropped");
  EXPECT_EQ(event["from"], 9);
  EXPECT_EQ(event["to"], 10);
  EXPECT_EQ(event["count"], 2);
}

TEST(V4l2Frames, TheTrackTellsWhereItComesFrom) {
  Camera camera(V4L2_PIX_FMT_YUYV, {4, 2});
  camera.send(0, 0, counted(16));
  const Recorded got = camera.recorded();
  EXPECT_TRUE(got.track.live);
  EXPECT_EQ(got.track.time_base, (sl::Rational{1, 1'000'000}));
  EXPECT_EQ(got.track.rate, (sl::Rational{25, 1}));
  const sl::Json rest = sl::parse_json(got.track.rest, sl::wire_limit::json);
  EXPECT_EQ(rest["source"], "SN7");
  EXPECT_EQ(rest["title"], "Test Camera");
  EXPECT_EQ(rest["meta"]["stamp"], "start of exposure");
  EXPECT_EQ(rest["clock"]["uncertainty_ns"], 1'000'000);
  EXPECT_TRUE(rest["clock"]["id"].get<std::string>().starts_with("monotonic:"));
}

TEST(V4l2Frames, TheSequenceGoesOnBeyond32Bits) {
  Camera camera(V4L2_PIX_FMT_GREY, {1, 1});
  camera.send(0xffff'ffff, 0, {1});
  camera.send(0, 1'000'000, {1});
  camera.send(2, 2'000'000, {1});
  const Recorded got = camera.recorded();
  EXPECT_EQ(got.frames[1].number, 0x1'0000'0000u);
  EXPECT_EQ(got.frames[2].number, 0x1'0000'0002u);
  EXPECT_EQ(got.events.size(), 1u);
}

TEST(V4l2Frames, ADriverThatDoesNotCountIsCountedFor) {
  Camera camera(V4L2_PIX_FMT_GREY, {1, 1});
  for (int i = 0; i < 3; ++i) camera.send(0, i * 1'000'000, {1});
  const Recorded got = camera.recorded();
  EXPECT_EQ(got.frames[2].number, 2u);
  EXPECT_TRUE(got.events.empty());
}

TEST(V4l2Frames, StampsThatGoBackKeepTheOrder) {
  Camera camera(V4L2_PIX_FMT_GREY, {1, 1});
  camera.send(0, 0, {1});
  camera.send(1, 40'000'000, {1});
  camera.send(2, 39'000'000, {1});
  const Recorded got = camera.recorded();
  EXPECT_EQ(got.frames[2].pts, 40'001);
  EXPECT_EQ(got.frames[2].capture, start + 39'000'000) << "the driver's stamp stays";
}

TEST(V4l2Frames, AGapIsToldBeforeTheFirstFrameAfterIt) {
  Camera camera(V4L2_PIX_FMT_GREY, {1, 1});
  camera.send(40, 0, {1});
  camera.lose_and_find();
  camera.send(0, 3'000'000'000, {1});
  camera.send(1, 3'040'000'000, {1});
  const Recorded got = camera.recorded();
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[1].number, 41u);
  EXPECT_EQ(got.frames[1].flags, key | discontinuity);
  EXPECT_EQ(got.frames[1].pts, 3'000'000);
  EXPECT_EQ(got.frames[2].flags, key);
  ASSERT_EQ(got.events.size(), 1u);
  const sl::Json event = sl::parse_json(got.events[0], sl::wire_limit::json);
  EXPECT_EQ(event["event"], "gap");
  EXPECT_EQ(event["from"], 1);
  EXPECT_EQ(event["to"], 3'000'000);
}

// ---- Samples ----

TEST(V4l2Frames, PaddedRowsAndPlanesInAnotherOrder) {
  Camera camera(V4L2_PIX_FMT_YVU420, {2, 2}, 4);  // V before U, rows of 4 bytes and of 2
  camera.send(0, 0, {1, 2, 0, 0, 3, 4, 0, 0, 30, 0, 20, 0});
  EXPECT_EQ(numbers(camera.recorded().samples.at(0)), (std::vector{1, 2, 3, 4, 20, 30}));
}

struct Layout {
  const char* name;
  std::uint32_t fourcc;
  Size size;
  std::vector<std::uint8_t> given;
  std::string_view pixels;
  std::vector<int> sent;
};

class V4l2Layouts : public testing::TestWithParam<Layout> {};

TEST_P(V4l2Layouts, AreSentAsTheWireHasThem) {
  const Layout& layout = GetParam();
  Camera camera(layout.fourcc, layout.size);
  camera.send(0, 0, layout.given);
  const Recorded got = camera.recorded();
  EXPECT_EQ(got.track.pixels->name, layout.pixels);
  EXPECT_EQ(numbers(got.samples.at(0)), layout.sent);
  EXPECT_EQ(got.frames.at(0).flags, key);
}

INSTANTIATE_TEST_SUITE_P(
    All, V4l2Layouts,
    testing::Values(Layout{"Yuyv", V4L2_PIX_FMT_YUYV, {2, 1}, {1, 2, 3, 4}, "yuyv422", {1, 2, 3, 4}},
                    Layout{"Yvyu", V4L2_PIX_FMT_YVYU, {2, 1}, {1, 2, 3, 4}, "yuyv422", {1, 4, 3, 2}},
                    Layout{"Vyuy", V4L2_PIX_FMT_VYUY, {2, 1}, {1, 2, 3, 4}, "uyvy422", {3, 2, 1, 4}},
                    Layout{"Nv12", V4L2_PIX_FMT_NV12, {2, 2}, {1, 2, 3, 4, 5, 6}, "nv12", {1, 2, 3, 4, 5, 6}},
                    Layout{"Nv21", V4L2_PIX_FMT_NV21, {2, 2}, {1, 2, 3, 4, 5, 6}, "nv12", {1, 2, 3, 4, 6, 5}},
                    Layout{"Nv61", V4L2_PIX_FMT_NV61, {2, 1}, {1, 2, 3, 4}, "yuv422p", {1, 2, 4, 3}},
                    Layout{"Nv24", V4L2_PIX_FMT_NV24, {2, 1}, {1, 2, 3, 4, 5, 6}, "yuv444p", {1, 2, 3, 5, 4, 6}},
                    Layout{"Bgr24", V4L2_PIX_FMT_BGR24, {1, 1}, {1, 2, 3}, "rgb24", {3, 2, 1}},
                    Layout{"Bgra", V4L2_PIX_FMT_ABGR32, {1, 1}, {1, 2, 3, 4}, "rgba", {3, 2, 1, 4}},
                    Layout{"Argb", V4L2_PIX_FMT_ARGB32, {1, 1}, {1, 2, 3, 4}, "rgba", {2, 3, 4, 1}},
                    Layout{"Xbgr", V4L2_PIX_FMT_XBGR32, {1, 1}, {1, 2, 3, 4}, "rgb24", {3, 2, 1}},
                    Layout{"Y10", V4L2_PIX_FMT_Y10, {1, 2}, {0xff, 0x03, 1, 0}, "gray16le", {0xff, 0xff, 0x40, 0}},
                    Layout{"Y16be", V4L2_PIX_FMT_Y16_BE, {1, 1}, {1, 2}, "gray16le", {2, 1}},
                    Layout{"Yuv410", V4L2_PIX_FMT_YUV410, {4, 4}, counted(18), "yuv410p", numbers([] {
                             const auto bytes = counted(18);
                             const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
                             return std::vector<std::byte>(first, first + bytes.size());
                           }())}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(V4l2Frames, AHalfFilledBufferIsADamagedFrame) {
  Camera camera(V4L2_PIX_FMT_GREY, {4, 2});
  camera.fill_only(7);
  camera.send(0, 0, counted(8));
  camera.fill_only(8);
  camera.send(1, 1'000'000, counted(8), V4L2_BUF_FLAG_ERROR);
  camera.send(2, 2'000'000, counted(8));
  camera.fill_only(0);
  EXPECT_FALSE(camera.send(3, 3'000'000, counted(8)));
  const Recorded got = camera.recorded();
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[0].flags, key | damaged);
  EXPECT_EQ(got.frames[1].flags, key | damaged);
  EXPECT_EQ(got.frames[2].flags, key);
  EXPECT_EQ(got.end.tracks.at(0).damaged, 2u);
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_NE(got.events[0].find("\"from\":3,\"to\":3"), std::string::npos) << got.events[0];
}

TEST(V4l2Frames, ABufferTooSmallForThePictureIsAnError) {
  Camera camera(V4L2_PIX_FMT_GREY, {4, 2});
  EXPECT_THROW(camera.send(0, 0, counted(7)), sl::Error);
}

// ---- Packets ----

TEST(V4l2Frames, JpegsLeaveAsTheyAreAndWhatIsNoneIsLeftOut) {
  Camera camera(V4L2_PIX_FMT_MJPEG, {640, 480});
  EXPECT_TRUE(camera.send(0, 0, jpeg()));
  EXPECT_FALSE(camera.send(1, 40'000'000, {0, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(camera.send(2, 80'000'000, jpeg(), V4L2_BUF_FLAG_ERROR));
  EXPECT_TRUE(camera.send(3, 120'000'000, jpeg()));
  const Recorded got = camera.recorded();
  EXPECT_EQ(got.track.codec, "mjpeg");
  EXPECT_EQ(got.track.width, 640u);
  ASSERT_EQ(got.frames.size(), 2u);
  EXPECT_EQ(got.samples[1].size(), sizeof jpeg_start);
  EXPECT_EQ(std::memcmp(got.samples[1].data(), jpeg_start, sizeof jpeg_start), 0);
  EXPECT_EQ(got.frames[1].number, 3u);
  EXPECT_EQ(got.frames[1].dts, got.frames[1].pts);
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_NE(got.events[0].find("not a JPEG"), std::string::npos);
  EXPECT_NE(got.events[1].find("damaged"), std::string::npos);
}

TEST(V4l2Frames, H264BeginsWithAKeyFrame) {
  const std::vector<std::uint8_t> slice{0, 0, 0, 1, 0x41, 9}, whole{0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x65, 7};
  Camera camera(V4L2_PIX_FMT_H264, {640, 480});
  EXPECT_FALSE(camera.send(0, 0, slice));
  EXPECT_TRUE(camera.send(1, 1'000'000, whole));
  EXPECT_TRUE(camera.send(2, 2'000'000, slice));
  EXPECT_FALSE(camera.send(3, 3'000'000, slice, V4L2_BUF_FLAG_ERROR));
  EXPECT_FALSE(camera.send(4, 4'000'000, slice)) << "its reference is missing";
  EXPECT_TRUE(camera.send(5, 5'000'000, whole));
  const Recorded got = camera.recorded();
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[0].flags, key);
  EXPECT_EQ(got.frames[1].flags, 0u);
  EXPECT_EQ(got.events.size(), 3u);
}

}  // namespace

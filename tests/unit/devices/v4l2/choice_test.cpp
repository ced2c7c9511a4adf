// Cameras: the nearest format, size and rate; colour from the driver; controls by name.

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include "devices/v4l2/controls.h"
#include "devices/v4l2/formats.h"
#include "devices/v4l2/modes.h"
#include "libcore/base/error.h"

namespace {

using namespace sl::v4l2;
using sl::Range;
using sl::Size;

SizeOffer size(std::uint32_t width, std::uint32_t height, std::initializer_list<int> rates) {
  SizeOffer offer{{width, height}, {width, height}, {1, 1}, {}};
  for (const int rate : rates) offer.rates.push_back({{rate, 1}, {rate, 1}});
  return offer;
}

// As most USB cameras: small raw pictures, large ones slowly, or compressed.
const std::vector<FormatOffer> usb_camera{
    {V4L2_PIX_FMT_YUYV,
     "YUYV 4:2:2",
     {size(640, 480, {30, 15}), size(1280, 720, {10, 5}), size(1920, 1080, {5}), size(160, 120, {30})}},
    {V4L2_PIX_FMT_MJPEG, "Motion-JPEG", {size(640, 480, {60, 30}), size(1280, 720, {60, 30}), size(1920, 1080, {30})}},
    {V4L2_PIX_FMT_SRGGB8, "8-bit Bayer RGRG/GBGB", {size(1280, 720, {30})}}};

std::string chosen(const Request& request, const std::vector<FormatOffer>& offers = usb_camera) {
  const auto mode = choose(offers, request);
  return mode ? describe(*mode) : "nothing";
}

TEST(V4l2Choice, WithoutWishesTheRateGoesBeforeTheSize) {
  EXPECT_EQ(chosen({}), "1280x720 at 30 frames a second, MJPG");
  EXPECT_EQ(chosen({}, {usb_camera[0]}), "640x480 at 30 frames a second, YUYV");
}

TEST(V4l2Choice, RawGoesBeforeCompressedWhereItIsAsFast) {
  EXPECT_EQ(chosen({"", Size{640, 480}, {}}), "640x480 at 30 frames a second, YUYV");
  EXPECT_EQ(chosen({"", Size{640, 480}, sl::Rational{60, 1}}), "640x480 at 60 frames a second, MJPG");
  EXPECT_EQ(chosen({"", Size{1920, 1080}, {}}), "1920x1080 at 30 frames a second, MJPG");
  EXPECT_EQ(chosen({"", Size{1920, 1080}, sl::Rational{5, 1}}), "1920x1080 at 5 frames a second, YUYV");
}

TEST(V4l2Choice, TheFormatThatWasSaidIsKept) {
  EXPECT_EQ(chosen({"yuyv", Size{1280, 720}, {}}), "1280x720 at 10 frames a second, YUYV");
  EXPECT_EQ(chosen({"yuyv422", {}, {}}), "640x480 at 30 frames a second, YUYV");
  EXPECT_EQ(chosen({"mjpeg", Size{640, 480}, {}}), "640x480 at 30 frames a second, MJPG");
  EXPECT_EQ(chosen({"nv12", Size{640, 480}, {}}), "640x480 at 30 frames a second, YUYV");
}

TEST(V4l2Choice, TheNearestSizeIsTakenAndTold) {
  const Request request{"nv12", Size{1300, 700}, sl::Rational{25, 1}};
  const auto mode = choose(usb_camera, request);
  ASSERT_TRUE(mode);
  EXPECT_EQ(mode->size, (Size{1280, 720}));
  EXPECT_EQ(difference_text(request, *mode),
            "1280x720 at 30 frames a second, MJPG: the nearest to 1300x700, 25 frames a second, nv12");
  EXPECT_EQ(difference_text({"mjpg", Size{1280, 720}, sl::Rational{30, 1}}, *mode), "");
  EXPECT_EQ(difference_text({"", {}, sl::Rational{30000, 1001}}, *mode), "") << "a thousandth is no difference";
}

TEST(V4l2Choice, RangesOfSizesAndRates) {
  const std::vector<FormatOffer> scaler{
      {V4L2_PIX_FMT_NV12, "", {{{16, 16}, {1920, 1080}, {16, 8}, {{{1, 1}, {60, 1}}}}}}};
  EXPECT_EQ(chosen({"", Size{1000, 1001}, sl::Rational{50, 1}}, scaler), "1008x1000 at 50 frames a second, NV12");
  EXPECT_EQ(chosen({"", Size{1, 1}, sl::Rational{100, 1}}, scaler), "16x16 at 60 frames a second, NV12");
  EXPECT_EQ(chosen({"", Size{9000, 9000}, sl::Rational{1, 2}}, scaler), "1920x1080 at 1 frames a second, NV12");
}

TEST(V4l2Choice, ARateThatIsNotToldIsTaken) {
  EXPECT_EQ(chosen({"", Size{640, 480}, {}}, {{V4L2_PIX_FMT_YUYV, "", {size(640, 480, {})}}}), "640x480, YUYV");
}

TEST(V4l2Choice, NothingWhereNothingCanBeSent) { EXPECT_EQ(chosen({}, {usb_camera[2]}), "nothing"); }

TEST(V4l2Color, WhatTheDriverLeavesOpenIsFilledIn) {
  const auto& yuv = sl::pixel_format("yuyv422");
  const auto& rgb = sl::pixel_format("rgb24");
  const auto numbers = [](const sl::Color& c) { return std::array{c.primaries, c.transfer, c.matrix}; };
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_SRGB}, &yuv)), (std::array{1, 13, 6}));
  EXPECT_EQ(color_of({V4L2_COLORSPACE_SRGB}, &yuv).range, Range::Limited);
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_SRGB}, &rgb)), (std::array{1, 13, 0}));
  EXPECT_EQ(color_of({V4L2_COLORSPACE_SRGB}, &rgb).range, Range::Full);
  EXPECT_EQ(color_of({V4L2_COLORSPACE_JPEG}, &yuv).range, Range::Full);
  EXPECT_EQ(color_of({V4L2_COLORSPACE_SRGB}, &sl::pixel_format("gray")).range, Range::Full);
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_REC709}, &yuv)), (std::array{1, 1, 1}));
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_SMPTE170M}, &yuv)), (std::array{6, 6, 6}));
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_470_SYSTEM_BG}, &yuv)), (std::array{5, 1, 5}));
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_BT2020}, &yuv)), (std::array{9, 14, 9}));
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_DCI_P3}, &yuv)), (std::array{11, 17, 1}));
  EXPECT_EQ(numbers(color_of({V4L2_COLORSPACE_DEFAULT}, &yuv)), (std::array{2, 2, 2}));
}

TEST(V4l2Color, WhatTheDriverSaysIsKept) {
  const auto& yuv = sl::pixel_format("yuv420p");
  const sl::Color hdr = color_of(
      {V4L2_COLORSPACE_BT2020, V4L2_XFER_FUNC_SMPTE2084, V4L2_YCBCR_ENC_BT2020_CONST_LUM, V4L2_QUANTIZATION_FULL_RANGE},
      &yuv);
  EXPECT_EQ(hdr, (sl::Color{9, 16, 10, Range::Full, sl::Chroma::Unknown}));
  EXPECT_EQ(color_of({V4L2_COLORSPACE_REC709, 0, V4L2_YCBCR_ENC_XV709, 0}, &yuv),
            (sl::Color{1, 11, 1, Range::Limited, sl::Chroma::Unknown}));
}

TEST(V4l2Identity, ACameraIsKnownBySerialElseByPlace) {
  const Identity camera{"/dev/video0", "uvcvideo", "Camera", "usb-1", "SN7", 0};
  Identity other = camera;
  other.path = "/dev/video4";
  other.bus = "usb-2";
  EXPECT_TRUE(camera.is_same(other)) << "it was plugged in elsewhere";
  other.index = 1;
  EXPECT_FALSE(camera.is_same(other)) << "its file of metadata";
  other = camera;
  other.serial = "SN8";
  EXPECT_FALSE(camera.is_same(other)) << "its twin";
  Identity nameless = camera, elsewhere = camera;
  nameless.serial = elsewhere.serial = "";
  EXPECT_TRUE(nameless.is_same(elsewhere));
  elsewhere.bus = "usb-2";
  EXPECT_FALSE(nameless.is_same(elsewhere));
}

// ---- Controls ----

Control control(std::string name, ControlKind kind, std::int64_t least, std::int64_t most) {
  Control result;
  result.name = std::move(name);
  result.kind = kind;
  result.minimum = least;
  result.maximum = most;
  return result;
}

std::vector<Control> some_controls() {
  std::vector<Control> controls{control("brightness", ControlKind::Integer, -64, 64),
                                control("white_balance_automatic", ControlKind::Boolean, 0, 1),
                                control("power_line_frequency", ControlKind::Menu, 0, 2),
                                control("reset", ControlKind::Button, 0, 0),
                                control("gain", ControlKind::Integer, 0, 100),
                                control("label", ControlKind::Text, 2, 4)};
  controls[2].items = {{0, "Disabled"}, {1, "50 Hz"}, {2, "60 Hz"}};
  controls[4].step = 25;
  return controls;
}

std::int64_t value_of(const std::string& text) {
  const auto controls = some_controls();
  return parse_setting(controls, text).value;
}

TEST(V4l2Controls, ByNameAndValue) {
  EXPECT_EQ(plain_name("White Balance, Automatic"), "white_balance_automatic");
  EXPECT_EQ(value_of("brightness=-64"), -64);
  EXPECT_EQ(value_of("Brightness=0x20"), 32);
  EXPECT_EQ(value_of("white_balance_automatic=on"), 1);
  EXPECT_EQ(value_of("power_line_frequency=50_hz"), 1);
  EXPECT_EQ(value_of("power_line_frequency=60 Hz"), 2);
  EXPECT_EQ(value_of("power_line_frequency=0"), 0);
  EXPECT_EQ(value_of("reset"), 1);
  EXPECT_EQ(value_of("gain=75"), 75);
  const auto controls = some_controls();
  EXPECT_EQ(parse_setting(controls, "label=abc").text, "abc");
}

TEST(V4l2Controls, WhatIsWrongIsToldWithWhatThereIs) {
  const std::vector<std::pair<const char*, const char*>> wrong{
      {"colour=1", "the camera has: brightness, white_balance"},
      {"brightness=65", "-64 to 64"},
      {"brightness=", "-64 to 64"},
      {"brightness=1.5", "-64 to 64"},
      {"brightness=99999999999999999999", "-64 to 64"},
      {"brightness", "NAME=VALUE"},
      {"white_balance_automatic=2", "neither on nor off"},
      {"power_line_frequency=70_hz", "1 (50_hz)"},
      {"reset=1", "no value"},
      {"gain=30", "steps of 25"},
      {"label=a", "2 to 4"},
      {"label=abcde", "2 to 4"}};
  for (const auto& [text, told] : wrong) {
    try {
      (void)value_of(text);
      ADD_FAILURE() << text << " was taken";
    } catch (const sl::Error& error) {
      EXPECT_EQ(error.status(), sl::Status::Usage);
      EXPECT_NE(std::string(error.what()).find(told), std::string::npos) << error.what();
    }
  }
}

}  // namespace

// What moving pixels does to tracks, fields and detections.

#include <gtest/gtest.h>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"
#include "libcore/media/geometry.h"

namespace sl {
namespace {

Track track_of(std::uint32_t width, std::uint32_t height, int orientation = 1) {
  Track track;
  track.pixels = &pixel_format("rgb24");
  track.width = width;
  track.height = height;
  track.orientation = orientation;
  return track;
}

// The place of a pixel after a turn of a picture of this size, which changes too.
std::pair<std::uint32_t, std::uint32_t> turned(const Turn& turn, std::uint32_t x, std::uint32_t y, Size& size) {
  if (turn.mirror_x) x = size.width - 1 - x;
  if (turn.mirror_y) y = size.height - 1 - y;
  if (!turn.swap) return {x, y};
  std::swap(size.width, size.height);
  return {y, x};
}

constexpr Turn all[] = {{},
                        {true, false, false},
                        {false, true, false},
                        {true, true, false},
                        {false, false, true},
                        {true, false, true},
                        {false, true, true},
                        {true, true, true}};

TEST(Turn, TwoAreOne) {
  for (const Turn& a : all) {
    for (const Turn& b : all) {
      for (std::uint32_t x = 0; x < 3; ++x) {
        Size twice{3, 5}, once{3, 5};
        const auto first = turned(a, x, 1, twice);
        ASSERT_EQ(turned(b, first.first, first.second, twice), turned(then(a, b), x, 1, once));
        ASSERT_EQ(twice, once);
      }
    }
    EXPECT_TRUE(then(a, inverse(a)).is_nothing());
    EXPECT_TRUE(then(inverse(a), a).is_nothing());
  }
  EXPECT_TRUE(turn_of(0).is_nothing());
  EXPECT_TRUE(turn_of(9).is_nothing());
}

TEST(Geometry, PartsAndTurnsAreStoredAsTheOrientationSays) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Track track = track_of(7, 4, orientation);
    const Turn upright = turn_of(orientation);
    const Size whole = upright_size(track);
    const Rect part{1, 2, 3, 2};
    const Rect stored = stored_part(track, part);
    for (std::uint32_t y = 0; y < track.height; ++y) {
      for (std::uint32_t x = 0; x < track.width; ++x) {
        Size size{7, 4};
        const auto [ux, uy] = turned(upright, x, y, size);
        EXPECT_EQ(size, whole);
        const auto within = [](const Rect& rect, std::int64_t px, std::int64_t py) {
          return px >= rect.x && px < rect.x + rect.width && py >= rect.y && py < rect.y + rect.height;
        };
        EXPECT_EQ(within(stored, x, y), within(part, ux, uy)) << orientation;
      }
    }
    for (const Turn& turn : all) {
      EXPECT_EQ(then(upright, turn), then(stored_turn(track, turn), upright)) << orientation;
    }
  }
}

TEST(Geometry, ScaledTracks) {
  Track track = track_of(1600, 900);
  EXPECT_EQ(moved_track(track, scale_to(track, {178, 100})).sample_aspect, Rational());
  EXPECT_EQ(moved_track(track, scale_to(track, {800, 900})).sample_aspect, (Rational{2, 1}));
  track.sample_aspect = {4, 3};
  EXPECT_EQ(moved_track(track, scale_to(track, {800, 900})).sample_aspect, (Rational{8, 3}));
  EXPECT_EQ(moved_track(track, scale_to(track, {800, 450})).sample_aspect, (Rational{4, 3}));
  Track turned = track_of(900, 1600, 6);
  set_density(turned, Density{300, 300, Density::Unit::Inch});
  const Track narrow = moved_track(turned, scale_to(turned, {800, 900}));
  EXPECT_EQ(narrow.width, 900U);
  EXPECT_EQ(narrow.height, 800U);
  EXPECT_EQ(narrow.sample_aspect, (Rational{1, 2}));
  EXPECT_EQ(density_of(narrow)->y, 150);
  EXPECT_EQ(reshaped({2147483647, 1}, {2147483647, 1}).num <= wire_limit::number, true);
}

TEST(Geometry, FieldsOfInterlacedFrames) {
  const Track track = track_of(720, 576);
  const auto crop = [&](std::int64_t y, int shift_y) {
    return field_change(track, crop_to(track, {0, y, 720, 100}), shift_y);
  };
  EXPECT_EQ(crop(0, 1), FieldChange::None);
  EXPECT_EQ(crop(4, 1), FieldChange::None);
  EXPECT_EQ(crop(2, 1), FieldChange::Broken);
  EXPECT_EQ(crop(1, 0), FieldChange::Swapped);
  EXPECT_EQ(crop(2, 0), FieldChange::None);
  EXPECT_EQ(field_change(track, turn_by(track, {true, false, false}), 1), FieldChange::None);
  EXPECT_EQ(field_change(track, turn_by(track, {false, true, false}), 0), FieldChange::Swapped);
  EXPECT_EQ(field_change(track, turn_by(track, {false, true, false}), 1), FieldChange::Broken);
  EXPECT_EQ(field_change(track, turn_by(track, {false, false, true}), 0), FieldChange::Broken);
  EXPECT_EQ(field_change(track, scale_to(track, {360, 576}), 1), FieldChange::None);
  EXPECT_EQ(field_change(track, scale_to(track, {720, 288}), 1), FieldChange::Broken);
}

std::string moved(const Move& move, const std::string& geometry, bool expected = true) {
  Frame frame;
  frame.metadata = R"({"other":1,"geometry":)" + geometry + "}";
  EXPECT_EQ(move_geometry(frame, move), expected);
  const Json metadata = parse_json(frame.metadata, wire_limit::long_json);
  EXPECT_EQ(metadata["other"], 1);
  return metadata.contains("geometry") ? write_json(metadata["geometry"]) : "";
}

TEST(Geometry, DetectionsMoveWithTheirPixels) {
  const Track track = track_of(200, 100);
  const std::string cat = R"({"detections":[{"box":[20,30,40,50],"label":"cat","score":0.5}]})";
  const auto at = [](const std::string& box) {
    return R"({"detections":[{"box":[)" + box + R"(],"label":"cat","score":0.5}]})";
  };
  EXPECT_EQ(moved(crop_to(track, {10, 10, 100, 80}), cat), at("10,20,40,50"));
  EXPECT_EQ(moved(crop_to(track, {30, 40, 100, 20}), cat), at("0,0,30,20"));
  EXPECT_EQ(moved(crop_to(track, {100, 0, 100, 100}), cat), R"({"detections":[]})");
  EXPECT_EQ(moved(scale_to(track, {100, 200}), cat), at("10,60,20,100"));
  EXPECT_EQ(moved(scale_to(track, {300, 150}), cat), at("30,45,60,75"));
  EXPECT_EQ(moved(turn_by(track, {true, false, false}), cat), at("140,30,40,50"));
  EXPECT_EQ(moved(turn_by(track, {false, true, false}), cat), at("20,20,40,50"));
  EXPECT_EQ(moved(turn_by(track, {false, true, true}), cat), at("20,20,50,40"));
}

TEST(Geometry, OtherMembersAreRemovedAndReported) {
  const Move move = crop_to(track_of(9, 9), {0, 0, 5, 5});
  EXPECT_EQ(moved(move, R"({"masks":[]})", false), "");
  EXPECT_EQ(moved(move, R"({"masks":[],"detections":[]})", false), R"({"detections":[]})");
  EXPECT_EQ(moved(move, R"({"detections":[{"label":"x"},{"box":[1,2,3]}]})", false), R"({"detections":[]})");
  EXPECT_EQ(moved(move, R"({"detections":5})", false), "");
  EXPECT_EQ(moved(move, "[]", false), "");
  Frame frame;
  EXPECT_TRUE(move_geometry(frame, move));
  frame.metadata = R"({"geometry":{"masks":1}})";
  EXPECT_FALSE(move_geometry(frame, move));
  EXPECT_EQ(frame.metadata, "");
}

TEST(Geometry, PartsOfTheUprightPictureAndBack) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Track track = track_of(200, 100);
    track.orientation = orientation;
    for (const Rect part : {Rect{0, 0, 10, 20}, Rect{30, 40, 50, 60}}) {
      EXPECT_EQ(upright_part(track, stored_part(track, part)), part);
    }
  }
}

TEST(Geometry, FindsTheBestDetection) {
  const Track track = track_of(200, 100);
  Frame frame;
  EXPECT_EQ(detected_box(frame, track, ""), std::nullopt);
  frame.metadata = R"({"geometry":{"detections":[{"label":"cat","score":0.5,"box":[20.5,30,40,50]},)"
                   R"({"label":"dog","score":0.9,"box":[-5,10,20,300]},{"label":"cat","box":[1,2,3,4]},)"
                   R"({"label":"cat","score":1,"box":[500,2,3,4]},{"score":2}]}})";
  EXPECT_EQ(detected_box(frame, track, "cat"), (Rect{20, 30, 41, 50}));
  EXPECT_EQ(detected_box(frame, track, ""), (Rect{0, 10, 15, 90}));
  EXPECT_EQ(detected_box(frame, track, "cow"), std::nullopt);
}

}  // namespace
}  // namespace sl

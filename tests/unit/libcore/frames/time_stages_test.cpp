// The arithmetic of sl-trim, sl-rate, sl-loop and sl-speed: samples, grids, lengths, events, blends.

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "libcore/base/error.h"
#include "libcore/frames/frame_grid.h"
#include "libcore/media/stream_span.h"
#include "libcore/media/track.h"
#include "libcore/pixels/blend.h"
#include "libcore/sound/sample_times.h"

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

sl::Track sound(std::uint32_t rate, const sl::Rational& base) {
  sl::Track track;
  track.kind = sl::Kind::Audio;
  track.time_base = base;
  track.samples = "s16le";
  track.sample_rate = rate;
  track.channels = 2;
  return track;
}

sl::Track video(const sl::Rational& base) {
  sl::Track track;
  track.time_base = base;
  return track;
}

sl::Frame frame(std::uint64_t number, std::int64_t pts, std::int64_t duration) {
  sl::Frame made;
  made.number = number;
  made.pts = pts;
  made.duration = duration;
  return made;
}

TEST(SoundCut, CountsSamplesBeforeATime) {
  const sl::Track own = sound(48000, {1, 48000});
  EXPECT_EQ(sl::samples_before(1000, own, {1000, 48000}, 500), 0u);
  EXPECT_EQ(sl::samples_before(1000, own, {1, 40}, 500), 200u);  // sample 1200
  EXPECT_EQ(sl::samples_before(1000, own, {1, 1}, 500), 500u);
  // A time between two samples: the one after it is the first.
  EXPECT_EQ(sl::samples_before(0, own, {1'000'001, 48'000'000'000}, 500), 2u);
  // Blocks in milliseconds: 23 ms + k / 44100.
  const sl::Track coarse = sound(44100, {1, 1000});
  EXPECT_EQ(sl::samples_before(23, coarse, {24, 1000}, 1024), 45u);  // 44.1 samples in a millisecond
  EXPECT_EQ(sl::samples_before(23, coarse, {23'500'000, 1'000'000'000}, 1024), 23u);
  EXPECT_EQ(sl::sample_time(23, coarse, 441), 33);
  EXPECT_EQ(sl::samples_length(coarse, 441), 10);
}

TEST(SoundCut, EveryTimeCutsInTwo) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 10000; ++round) {
    const sl::Rational base{1 + static_cast<std::int64_t>(random() % 1001),
                            1 + static_cast<std::int64_t>(random() % 90000)};
    const sl::Track track = sound(static_cast<std::uint32_t>(1 + random() % 192000), base);
    const std::int64_t pts = static_cast<std::int64_t>(random() % 100000) - 50000;
    const sl::Seconds time{static_cast<std::int64_t>(random() % 1'000'000) - 500'000, 1000};
    const std::uint64_t count = random() % 100000;
    const std::uint64_t before = sl::samples_before(pts, track, time, count);
    __extension__ using Wide = __int128;
    // pts * base + k / rate < time.num / 1000, without division
    const auto is_before = [&](std::uint64_t k) {
      const Wide rate = track.sample_rate;
      return (Wide{pts} * base.num * rate + Wide{k} * base.den) * 1000 < Wide{time.num} * base.den * rate;
    };
    if (before > 0) {
      ASSERT_TRUE(is_before(before - 1));
    }
    if (before < count) {
      ASSERT_FALSE(is_before(before));
    }
  }
}

TEST(SoundCut, ExtremesDoNotOverflow) {
  const sl::Track coarse = sound(0x7fffffff, {0x7fffffff, 1}), fine = sound(1, {1, 0x7fffffff});
  for (const sl::Track& track : {coarse, fine}) {
    EXPECT_EQ(sl::samples_before(most, track, {-most, 1}, 1000), 0u);
    EXPECT_LE(sl::samples_before(-most, track, {most, 1}, 1000), 1000u);
    EXPECT_LE(sl::samples_before(-most, track, {most, 1'000'000'000}, 1u << 30), 1u << 30);
  }
}

TEST(FrameGrid, RoundedTimesFallIntoPlace) {
  const sl::FrameGrid grid({1, 1000}, {30, 1});
  for (std::int64_t n = 0; n < 3000; ++n) EXPECT_EQ(grid.nearest((n * 1000 + 15) / 30), n);
  const sl::FrameGrid ntsc({1, 90000}, {30000, 1001});
  for (std::int64_t n = 0; n < 3000; ++n) EXPECT_EQ(ntsc.nearest(n * 3003), n);
  EXPECT_EQ(ntsc.time_base(), (sl::Rational{1001, 30000}));
}

TEST(FrameGrid, Shares) {
  const sl::FrameGrid grid({1, 1000}, {50, 1});
  EXPECT_DOUBLE_EQ(grid.share(2, 0, 160), 0.25);
  EXPECT_EQ(grid.share(2, 40, 80), 0);
  EXPECT_EQ(grid.share(2, 50, 80), 0);
  EXPECT_EQ(grid.share(9, 0, 160), 1);
  EXPECT_TRUE(grid.is_before(3, 61));
  EXPECT_FALSE(grid.is_before(3, 60));
}

TEST(StreamSpan, GoesOnWithoutDrift) {
  sl::StreamSpan span;
  // 2002 ms of pictures, and sound of 88200 samples, that is 2 s.
  span.add(1, video({1001, 30000}), frame(5, 0, 1));
  span.add(1, video({1001, 30000}), frame(64, 59, 1));
  span.add(2, sound(44100, {1, 44100}), frame(0, 0, 88200));
  EXPECT_EQ(span.time_offset(1, 1), 60);
  EXPECT_EQ(span.time_offset(1, 1'000'000), 60'000'000);
  EXPECT_EQ(span.time_offset(2, 1), 88288);  // 88288.2
  EXPECT_EQ(span.time_offset(2, 1'000'000), 88288200000);
  EXPECT_EQ(span.number_offset(1, 3), 180u);
  EXPECT_EQ(span.number_offset(2, 3), 3u);
}

TEST(StreamSpan, LateStartsUnknownLengthsAndData) {
  sl::StreamSpan span;
  span.add(1, video({1, 1000}), frame(0, 8333, sl::no_time));
  span.add(1, video({1, 1000}), frame(1, 8373, sl::no_time));
  span.add(
      3,
      [] {
        sl::Track data = video({1, 1000});
        data.kind = sl::Kind::Data;
        return data;
      }(),
      frame(0, 0, 1'000'000));
  EXPECT_EQ(span.time_offset(1, 1), 80);
  EXPECT_EQ(span.time_offset(3, 2), 160);
  sl::StreamSpan still;
  still.add(1, video({1, 1}), frame(0, 0, sl::no_time));
  EXPECT_EQ(still.time_offset(1, 7), 7);
  EXPECT_EQ(sl::StreamSpan().time_offset(1, 7), 0);
}

TEST(StreamSpan, RefusesWhatCannotBeTold) {
  sl::StreamSpan span;
  span.add(1, video({1, 1}), frame(0, -most, most));
  span.add(1, video({1, 1}), frame(std::numeric_limits<std::uint64_t>::max(), most - 1, 1));
  EXPECT_THROW((void)span.time_offset(1, 1), sl::Error);
  EXPECT_THROW((void)span.number_offset(1, 1), sl::Error);
}

template <class T>
std::vector<T> blended(const char* format, const std::vector<T>& a, const std::vector<T>& b, double weight) {
  std::vector<T> out(a.size());
  sl::blend(sl::pixel_format(format), std::as_bytes(std::span(a)), std::as_bytes(std::span(b)), weight,
            std::as_writable_bytes(std::span(out)));
  return out;
}

TEST(Blend, RoundsToNearest) {
  using Bytes = std::vector<std::uint8_t>;
  using Words = std::vector<std::uint16_t>;
  EXPECT_EQ(blended("gray", Bytes{0, 255, 10, 20}, Bytes{255, 255, 11, 0}, 0.25), (Bytes{64, 255, 10, 15}));
  EXPECT_EQ(blended("gray16le", Words{0, 65535, 65535}, Words{65535, 65535, 0}, 0.5), (Words{32768, 65535, 32768}));
  // The value is in the high bits; the low ones stay zero.
  EXPECT_EQ(blended("p010le", Words{0, 64}, Words{64 * 3, 64}, 0.5), (Words{64 * 2, 64}));
  EXPECT_EQ(blended("grayf32le", std::vector<float>{0, -1}, std::vector<float>{1, 3}, 0.25),
            (std::vector<float>{0.25f, 0}));
}

}  // namespace

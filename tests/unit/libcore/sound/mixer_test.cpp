// The sum of sounds: gains that change within a block, and the level of sound that waits.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/sound/mixer.h"

namespace {

sl::Track floats(std::uint32_t channels) {
  sl::Track track;
  track.kind = sl::Kind::Audio;
  track.samples = "f32le";
  track.sample_rate = 8000;
  track.channels = channels;
  track.time_base = {1, 8000};
  return track;
}

sl::SoundQueue queue_of(const sl::Track& track, const std::vector<float>& samples, std::int64_t at) {
  sl::SoundQueue queue("x.wav");
  sl::Frame frame;
  frame.pts = at;
  queue.open(track, frame);
  EXPECT_TRUE(queue.put(track, std::as_bytes(std::span(samples)), false, sl::no_position));
  queue.reach(sl::never);
  return queue;
}

TEST(Mixer, ChangesAGainStraightWithinABlock) {
  const sl::Track track = floats(2);
  std::vector<sl::SoundQueue> queues{queue_of(track, std::vector<float>(200, 1.0F), 0),
                                     queue_of(track, std::vector<float>(100, 0.5F), 20)};
  sl::SoundSum sum(track);
  const auto block = sum.next(
      queues,
      [](std::size_t queue, sl::SamplePosition from, sl::SamplePosition to) {
        EXPECT_EQ(from, 0);
        EXPECT_EQ(to, 100);
        return queue == 0 ? sl::SoundSum::Ramp{0, 1} : sl::SoundSum::Ramp{2, 2};
      },
      sl::never);
  ASSERT_TRUE(block);
  ASSERT_EQ(block->count, 100);
  std::vector<float> values(200);
  std::memcpy(values.data(), block->bytes.data(), block->bytes.size());
  for (std::size_t k = 0; k < 100; ++k) {
    const double second = k >= 20 && k < 70 ? 1 : 0;
    EXPECT_FLOAT_EQ(values[2 * k], static_cast<float>(static_cast<double>(k) / 100 + second)) << k;
    EXPECT_EQ(values[2 * k], values[2 * k + 1]) << k;
  }
}

TEST(Mixer, KnowsTheLevelOfAStretch) {
  const sl::Track track = floats(1);
  const sl::SoundQueue queue = queue_of(track, std::vector<float>(100, -0.5F), 50);
  EXPECT_DOUBLE_EQ(queue.level(50, 150, 1), 0.5);
  EXPECT_DOUBLE_EQ(queue.level(60, 70, 1), 0.5);
  EXPECT_DOUBLE_EQ(queue.level(0, 100, 1), std::sqrt(0.125));
  EXPECT_DOUBLE_EQ(queue.level(150, 200, 1), 0);
}

}  // namespace

// The policies of sl-queue: which frames are dropped, when, and that every drop is reported.

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "libcore/queue/frame_queue.h"

namespace {

using Queue = sl::FrameQueue;
constexpr std::int64_t ms = 1'000'000;

sl::FrameFacts picture(std::uint64_t number, std::int64_t time) {
  sl::FrameFacts facts;
  facts.track = 1;
  facts.number = number;
  facts.pts = time;
  facts.pts_end = time + 40;
  facts.time = facts.shown = time * ms;
  facts.length = 40 * ms;
  return facts;
}

sl::FrameFacts packet(std::uint64_t number, bool key, std::int64_t shown) {
  sl::FrameFacts facts = picture(number, static_cast<std::int64_t>(number) * 40);
  facts.packets = true;
  facts.key = key;
  facts.shown = shown * 40 * ms;
  return facts;
}

sl::FrameFacts sound(std::uint64_t number) {
  sl::FrameFacts facts = picture(number, static_cast<std::int64_t>(number) * 40);
  facts.track = 2;
  facts.kind = sl::Kind::Audio;
  return facts;
}

void put(Queue& queue, const sl::FrameFacts& facts, std::uint64_t bytes = 1000) {
  const Queue::Place place = queue.open_frame(facts, nullptr);
  queue.grow(place, bytes);
  queue.complete_frame(place);
}

// "0 [1-3] 4": numbers of frames, holes in brackets; "." is a record.
std::string drain(Queue& queue) {
  std::string text;
  while (const auto entry = queue.take()) {
    text += text.empty() ? "" : " ";
    const std::string number = std::to_string(entry->facts.number);
    if (entry->what == Queue::What::Record) text += ".";
    if (entry->what == Queue::What::Frame) text += number;
    if (entry->what == Queue::What::Hole) {
      text += "[" + number + "-" + std::to_string(entry->last_number) + "]";
      EXPECT_EQ(entry->count, entry->last_number - entry->facts.number + 1);
    }
  }
  EXPECT_EQ(queue.bytes(), 0u);
  return text;
}

TEST(FrameQueue, LatestKeepsTheNewestPicture) {
  Queue queue(Queue::Policy::Latest, {});
  for (std::uint64_t n = 0; n < 5; ++n) put(queue, picture(n, static_cast<std::int64_t>(n) * 40));
  EXPECT_EQ(drain(queue), "[0-3] 4");
  put(queue, picture(5, 200));
  EXPECT_EQ(drain(queue), "5");
}

TEST(FrameQueue, LatestReplacesByCompletePicturesOnly) {
  Queue queue(Queue::Policy::Latest, {});
  put(queue, picture(0, 0));
  const Queue::Place open = queue.open_frame(picture(1, 40), nullptr);
  EXPECT_EQ(queue.take()->facts.number, 0u);
  EXPECT_FALSE(queue.take().has_value());  // the first is not complete
  queue.complete_frame(open);
  EXPECT_EQ(drain(queue), "1");
}

TEST(FrameQueue, HolesStayBetweenRecordsOfTheirTrack) {
  Queue queue(Queue::Policy::Latest, {});
  put(queue, picture(0, 0));
  put(queue, picture(1, 40));
  queue.add_record(2, 10, nullptr);  // another track's: holes join across it
  put(queue, picture(2, 80));
  queue.add_record(1, 10, nullptr);
  put(queue, picture(3, 120));
  put(queue, picture(4, 160));
  EXPECT_EQ(drain(queue), "[0-2] . . [3-3] 4");
}

TEST(FrameQueue, EveryThinsEvenly) {
  Queue queue(Queue::Policy::Every, {~std::uint64_t{0}, 400 * ms});  // ten pictures
  put(queue, picture(0, 0));
  ASSERT_TRUE(queue.take());
  for (std::uint64_t n = 1; n <= 20; ++n) put(queue, picture(n, static_cast<std::int64_t>(n) * 40));
  EXPECT_EQ(drain(queue),
            "[1-1] 2 [3-3] 4 [5-5] 6 [7-7] 8 [9-9] 10 [11-11] 12 [13-13] 14 [15-15] 16 [17-17] 18 [19-19] 20");

  Queue by_bytes(Queue::Policy::Every, {6 * 1256, {}});
  put(by_bytes, picture(0, 0));
  ASSERT_TRUE(by_bytes.take());
  for (std::uint64_t n = 1; n <= 8; ++n) put(by_bytes, picture(n, static_cast<std::int64_t>(n) * 40));
  EXPECT_EQ(drain(by_bytes), "[1-1] 2 [3-3] 4 [5-5] 6 7 8");
}

TEST(FrameQueue, EveryKeepsIsolatedPictures) {
  Queue queue(Queue::Policy::Every, {4 * 1256, {}});
  for (const int time : {0, 400, 410, 420, 1000}) {
    put(queue, picture(static_cast<std::uint64_t>(time), time));
  }
  std::vector<std::uint64_t> kept;
  while (const auto entry = queue.take()) {
    if (entry->what == Queue::What::Frame) kept.push_back(entry->facts.number);
  }
  EXPECT_EQ(kept.size(), 3u);  // the hole takes room too
  EXPECT_EQ(kept.front(), 0u);
  EXPECT_EQ(kept.back(), 1000u);
}

TEST(FrameQueue, TheOldestSoundIsDropped) {
  Queue queue(Queue::Policy::Latest, {~std::uint64_t{0}, 200 * ms});
  put(queue, picture(0, 0));
  for (std::uint64_t n = 0; n < 8; ++n) put(queue, sound(n));
  EXPECT_EQ(drain(queue), "0 [0-2] 3 4 5 6 7");
}

TEST(FrameQueue, PacketsAreDroppedUpToAKeyFrame) {
  // Groups of four; room for six.
  Queue every(Queue::Policy::Every, {~std::uint64_t{0}, 240 * ms});
  for (std::uint64_t n = 0; n < 7; ++n) put(every, packet(n, n % 4 == 0, static_cast<std::int64_t>(n)));
  EXPECT_EQ(drain(every), "[0-3] 4 5 6");

  Queue latest(Queue::Policy::Latest, {~std::uint64_t{0}, 400 * ms});
  for (std::uint64_t n = 0; n < 11; ++n) put(latest, packet(n, n % 4 == 0, static_cast<std::int64_t>(n)));
  EXPECT_EQ(drain(latest), "[0-7] 8 9 10");
}

TEST(FrameQueue, WithoutAKeyFrameTheRestOfTheGroupIsDroppedToo) {
  Queue queue(Queue::Policy::Every, {~std::uint64_t{0}, 120 * ms});
  for (std::uint64_t n = 0; n < 7; ++n) put(queue, packet(n, n == 0 || n == 6, static_cast<std::int64_t>(n)));
  EXPECT_EQ(drain(queue), "[0-5] 6");
  // Part of a group was sent: its rest is not missed by that.
  put(queue, packet(7, false, 7));
  EXPECT_EQ(queue.take()->facts.number, 7u);
  for (std::uint64_t n = 8; n < 13; ++n) put(queue, packet(n, n == 12, static_cast<std::int64_t>(n)));
  EXPECT_EQ(drain(queue), "[8-11] 12");
}

TEST(FrameQueue, PacketsShownBeforeTheKeyFrameAreDroppedWithTheGroup) {
  // An open group: 4 is the key frame, 5 and 6 are shown before it and need earlier ones.
  Queue waiting(Queue::Policy::Every, {~std::uint64_t{0}, 280 * ms});
  const std::vector<std::int64_t> shown{0, 1, 2, 3, 6, 4, 5, 7, 8};
  for (std::uint64_t n = 0; n < 9; ++n) put(waiting, packet(n, n % 4 == 0, shown[n]));
  EXPECT_EQ(drain(waiting), "[0-3] 4 [5-6] 7 8");

  Queue coming(Queue::Policy::Every, {~std::uint64_t{0}, 120 * ms});
  for (std::uint64_t n = 0; n < 6; ++n) put(coming, packet(n, n % 4 == 0, shown[n]));
  EXPECT_EQ(coming.take()->count, 4u);
  EXPECT_EQ(coming.take()->facts.number, 4u);
  for (std::uint64_t n = 6; n < 9; ++n) put(coming, packet(n, n % 4 == 0, shown[n]));
  EXPECT_EQ(drain(coming), "[5-6] 7 8");
}

TEST(FrameQueue, LosslessOnlyReportsThatItIsFull) {
  Queue queue(Queue::Policy::Lossless, {3000, {}});
  for (std::uint64_t n = 0; n < 5; ++n) put(queue, picture(n, static_cast<std::int64_t>(n) * 40));
  EXPECT_TRUE(queue.full());
  EXPECT_FALSE(queue.full(10000));
  EXPECT_EQ(drain(queue), "0 1 2 3 4");
  EXPECT_FALSE(queue.full());
  Queue seconds(Queue::Policy::Lossless, {~std::uint64_t{0}, 100 * ms});
  put(seconds, picture(0, 0));
  put(seconds, picture(1, 40));
  EXPECT_FALSE(seconds.full());
  put(seconds, picture(2, 80));
  EXPECT_TRUE(seconds.full());
}

TEST(FrameQueue, DataAndRecordsAreNeverDropped) {
  for (const auto policy : {Queue::Policy::Latest, Queue::Policy::Every}) {
    Queue queue(policy, {100, 10 * ms});
    for (std::uint64_t n = 0; n < 4; ++n) {
      sl::FrameFacts data = picture(n, static_cast<std::int64_t>(n) * 1000);
      data.kind = sl::Kind::Data;
      put(queue, data);
      queue.add_record(1, 100, nullptr);
    }
    queue.drop_all();
    EXPECT_EQ(drain(queue), "0 . 1 . 2 . 3 .");
  }
}

TEST(FrameQueue, StreamsAreKeptApart) {
  Queue queue(Queue::Policy::Latest, {});
  put(queue, picture(0, 0));
  queue.add_record(0, 10, nullptr);
  queue.new_stream();
  put(queue, picture(0, 0));
  EXPECT_EQ(drain(queue), "0 . 0");
}

TEST(FrameQueue, EverythingAtOnce) {
  Queue queue(Queue::Policy::Lossless, {});
  for (std::uint64_t n = 0; n < 3; ++n) {
    put(queue, picture(n, static_cast<std::int64_t>(n) * 40));
    put(queue, sound(n));
  }
  queue.drop_all();
  EXPECT_EQ(drain(queue), "[0-2] [0-2]");
}

// For any input and timing: each number is sent once or reported once, in order, and no packet is sent
// that needs one which was not.
TEST(FrameQueue, NothingIsLostSilently) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto policy = seed % 3 == 0 ? Queue::Policy::Latest : Queue::Policy::Every;
    Queue queue(policy, {seed % 2 == 0 ? 20000u : 5000u, (seed % 5 + 1) * 200 * ms});
    std::uint64_t next_sent[3] = {0, 0, 0};
    bool decodable = true;
    const auto take = [&] {
      const auto entry = queue.take();
      if (!entry) return false;
      const std::uint16_t track = entry->facts.track;
      EXPECT_EQ(entry->facts.number, next_sent[track]) << "seed " << seed;
      const bool hole = entry->what == Queue::What::Hole;
      next_sent[track] += hole ? entry->count : 1;
      if (track != 1) return true;
      if (hole) decodable = false;
      if (!hole && entry->facts.key) decodable = true;
      EXPECT_TRUE(hole || decodable) << "seed " << seed << ", packet " << entry->facts.number;
      return true;
    };
    std::uint64_t number = 0;
    for (; number < 300; ++number) {
      put(queue, packet(number, random() % 9 == 0 || number == 0, static_cast<std::int64_t>(number)), random() % 2000);
      put(queue, sound(number), random() % 500);
      for (unsigned n = random() % 4; n != 0 && take();) --n;
      if (random() % 20 == 0) {
        while (take()) {
        }
      }
    }
    while (take()) {
    }
    EXPECT_EQ(next_sent[1], number);
    EXPECT_EQ(next_sent[2], number);
    EXPECT_EQ(queue.bytes(), 0u);
  }
}

}  // namespace

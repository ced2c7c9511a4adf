// Which frames are chosen, from a table and while they come: both must agree.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "libcore/base/error.h"
#include "libcore/frames/frame_choice.h"
#include "libcore/frames/frame_selection.h"

namespace {

using By = sl::FrameChoice::By;
using Indices = std::vector<std::size_t>;

// pts 100, 140, 180, ...: in milliseconds, starting late.
sl::FrameTable table_of(std::size_t frames) {
  sl::FrameTable table;
  table.time_base = {1, 1000};
  for (std::size_t i = 0; i < frames; ++i) {
    table.pts.push_back(100 + 40 * static_cast<std::int64_t>(i));
    table.key.push_back(i % 4 == 0);
  }
  table.end = 100 + 40 * static_cast<std::int64_t>(frames);
  return table;
}

sl::FrameSlice single(std::int64_t index) { return {true, index, std::nullopt, 1}; }
sl::FrameSlice slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) {
  return {false, start, stop, step};
}
sl::FrameChoice by_index(std::vector<sl::FrameSlice> slices) {
  sl::FrameChoice choice;
  choice.by = By::Indices;
  choice.slices = std::move(slices);
  return choice;
}
sl::FrameChoice by_time(const std::vector<std::int64_t>& milliseconds) {
  sl::FrameChoice choice;
  choice.by = By::Times;
  for (const std::int64_t time : milliseconds) choice.times.push_back({time, 1000});
  return choice;
}
sl::FrameChoice every(std::int64_t milliseconds) {
  sl::FrameChoice choice;
  choice.by = By::Every;
  choice.every = {milliseconds, 1000};
  return choice;
}
sl::FrameChoice clips(sl::FrameClips asked) {
  sl::FrameChoice choice;
  choice.by = By::Clips;
  choice.clips = asked;
  return choice;
}
Indices chosen(const sl::FrameChoice& choice, const sl::FrameTable& table) { return choose(choice, table, "film"); }

TEST(FrameChoice, IndicesAreThoseOfPython) {
  const sl::FrameTable table = table_of(10);
  EXPECT_EQ(chosen(by_index({single(0), single(-1), single(3), single(3)}), table), (Indices{0, 9, 3, 3}));
  EXPECT_EQ(chosen(by_index({slice(2, 8, 3)}), table), (Indices{2, 5}));
  EXPECT_EQ(chosen(by_index({slice(-3, {})}), table), (Indices{7, 8, 9}));
  EXPECT_EQ(chosen(by_index({slice({}, -7)}), table), (Indices{0, 1, 2}));
  EXPECT_EQ(chosen(by_index({slice(5, 5)}), table), Indices{});
  EXPECT_EQ(chosen(by_index({slice(8, 100)}), table), (Indices{8, 9}));
  EXPECT_EQ(chosen(by_index({slice(0, {}, std::numeric_limits<std::int64_t>::max())}), table), (Indices{0}));
  for (const std::int64_t out : {std::int64_t{10}, std::int64_t{-11}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_THROW((void)chosen(by_index({single(out)}), table), sl::Error) << out;
  }
}

TEST(FrameChoice, WhatIsShownAtATime) {
  const sl::FrameTable table = table_of(10);
  EXPECT_EQ(chosen(by_time({100, 139, 140, 499}), table), (Indices{0, 0, 1, 9}));
  EXPECT_EQ(chosen(by_time({400, 200, 400}), table), (Indices{7, 2, 7}));
  EXPECT_THROW((void)chosen(by_time({99}), table), sl::Error);
  EXPECT_THROW((void)chosen(by_time({500}), table), sl::Error);
  EXPECT_THROW((void)chosen(by_time({0}), sl::FrameTable{}), sl::Error);
}

// A time between the last tick and the end is shown still: 0.99 s of 25 frames in 25ths of a second is 24.75 ticks.
TEST(FrameChoice, LastTickIsShownToItsEnd) {
  sl::FrameTable table;
  table.time_base = {1, 25};
  for (std::int64_t i = 0; i < 25; ++i) table.pts.push_back(i);
  table.key.assign(25, true);
  table.end = 25;
  EXPECT_EQ(shown_at(table, {99, 100}, "film"), 24u);
  EXPECT_THROW((void)shown_at(table, {1, 1}, "film"), sl::Error);
}

TEST(FrameChoice, RangesTakeWhatIsShownInThem) {
  const sl::FrameTable table = table_of(10);
  sl::FrameChoice choice;
  choice.by = By::Range;
  choice.range_start = sl::Seconds{150, 1000};
  choice.range_stop = sl::Seconds{220, 1000};
  EXPECT_EQ(chosen(choice, table), (Indices{1, 2}));
  choice.range_stop = sl::Seconds{221, 1000};
  EXPECT_EQ(chosen(choice, table), (Indices{1, 2, 3}));
  choice.range_stop = choice.range_start;
  EXPECT_EQ(chosen(choice, table), Indices{});
  choice.range_stop.reset();
  choice.range_start = sl::Seconds{0, 1};
  EXPECT_EQ(chosen(choice, table).size(), 10u);
  choice.range_start = sl::Seconds{1, 1};
  EXPECT_THROW((void)chosen(choice, table), sl::Error);
}

TEST(FrameChoice, EveryRepeatsWhatIsShownLonger) {
  const sl::FrameTable table = table_of(4);
  EXPECT_EQ(chosen(every(80), table), (Indices{0, 2}));
  EXPECT_EQ(chosen(every(20), table), (Indices{0, 0, 1, 1, 2, 2, 3, 3}));
  EXPECT_EQ(chosen(every(60), table), (Indices{0, 1, 3}));
  sl::FrameTable endless = table;
  endless.end = std::numeric_limits<std::int64_t>::max();
  EXPECT_THROW((void)chosen(every(1), endless), sl::Error);
}

TEST(FrameChoice, ClipsAsTorchcodecHasThem) {
  const sl::FrameTable table = table_of(10);
  using Policy = sl::FrameClips::Policy;
  EXPECT_EQ(chosen(clips({3, 2, 1, false, 0, Policy::Repeat}), table), (Indices{0, 1, 4, 5, 8, 9}));
  EXPECT_EQ(chosen(clips({1, 4, 4, false, 0, Policy::Repeat}), table), (Indices{0, 4, 8, 8}));
  EXPECT_EQ(chosen(clips({1, 4, 4, false, 0, Policy::Wrap}), table), (Indices{0, 4, 8, 0}));
  EXPECT_THROW((void)chosen(clips({1, 4, 4, false, 0, Policy::Error}), table), sl::Error);
  const Indices once = chosen(clips({5, 3, 2, true, 7, Policy::Error}), table);
  EXPECT_EQ(once, chosen(clips({5, 3, 2, true, 7, Policy::Error}), table));
  EXPECT_NE(once, chosen(clips({5, 3, 2, true, 8, Policy::Error}), table));
}

// The frames of a stream that is chosen from as it comes, as sl-select does.
struct Streamed {
  Indices sent;
  std::size_t max_kept = 0;
};
Streamed stream(const sl::FrameChoice& choice, const sl::FrameTable& table) {
  using Now = sl::FrameSelection::Now;
  sl::FrameSelection selection(choice, table.time_base, "film");
  Streamed result;
  std::map<std::size_t, bool> kept;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < table.pts.size(); ++i) {
    const std::int64_t next = i + 1 < table.pts.size() ? table.pts[i + 1] : table.end;
    const auto [sends, now] = selection.next(table.pts[i], next - table.pts[i], table.key[i]);
    if (selection.streams()) {
      result.sent.insert(result.sent.end(), sends, last.value_or(~std::size_t{0}));
      last.reset();
      if (now == Now::Pass) result.sent.push_back(i);
      if (now == Now::Keep) last = i;
    } else {
      for (const std::size_t index : selection.released()) kept.erase(index);
      if (now == Now::Keep) kept[i] = true;
      result.max_kept = std::max(result.max_kept, kept.size());
    }
  }
  if (selection.streams()) {
    result.sent.insert(result.sent.end(), selection.last_sends(), last.value_or(~std::size_t{0}));
  } else {
    result.sent = selection.chosen();
    for (const std::size_t index : result.sent) EXPECT_TRUE(kept.contains(index)) << index << " was let go";
  }
  return result;
}

TEST(FrameSelection, AgreesWithTheTable) {
  std::mt19937 random(1);
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(high - low + 1));
  };
  for (int round = 0; round < 20000; ++round) {
    // Variable rate.
    sl::FrameTable table;
    table.time_base = {1, 1000};
    std::int64_t pts = pick(-50, 200);
    for (std::int64_t i = pick(1, 12); i > 0; --i) {
      table.pts.push_back(pts);
      table.key.push_back(random() % 3 == 0);
      pts += pick(1, 90);
    }
    table.end = pts;
    sl::FrameChoice choice;
    switch (random() % 5) {
      case 0:
        for (std::int64_t n = pick(1, 3); n > 0; --n) {
          const auto bound = [&]() -> std::optional<std::int64_t> {
            return random() % 4 == 0 ? std::nullopt : std::optional(pick(-13, 13));
          };
          choice.slices.push_back(random() % 2 == 0 ? single(pick(-12, 12)) : slice(bound(), bound(), pick(1, 4)));
        }
        choice.by = By::Indices;
        break;
      case 1: {
        std::vector<std::int64_t> times;
        for (std::int64_t n = pick(1, 4); n > 0; --n) times.push_back(pick(table.pts.front() - 1, table.end));
        if (random() % 2 == 0) std::sort(times.begin(), times.end());
        choice = by_time(times);
        break;
      }
      case 2:
        choice = every(pick(1, 200));
        break;
      case 3:
        choice.by = By::KeyFrames;
        break;
      default:
        choice = clips({pick(1, 3), pick(1, 4), pick(1, 3), random() % 2 == 0, random(), sl::FrameClips::Policy::Wrap});
    }
    std::optional<Indices> expected;
    try {
      expected = choose(choice, table, "film");
    } catch (const sl::Error&) {
    }
    if (expected) {
      ASSERT_EQ(stream(choice, table).sent, *expected) << "round " << round;
    } else {
      ASSERT_THROW((void)stream(choice, table), sl::Error) << "round " << round;
    }
  }
}

TEST(FrameSelection, KeepsNoMoreThanItNeeds) {
  const sl::FrameTable table = table_of(1000);
  EXPECT_EQ(stream(by_index({single(-1)}), table).max_kept, 1u);
  EXPECT_EQ(stream(by_index({single(-3), single(-2)}), table).max_kept, 3u);
  EXPECT_EQ(stream(by_index({single(500), single(7)}), table).max_kept, 2u);
  EXPECT_EQ(stream(by_index({single(7), slice(-10, {})}), table).max_kept, 11u);
  EXPECT_LE(stream(by_time({500, 300}), table).max_kept, 3u);
}

TEST(FrameSelection, AJumpOfTimesIsNoEndlessRepeat) {
  sl::FrameTable table = table_of(3);
  table.pts[2] = std::int64_t{1} << 60;
  table.end = table.pts[2] + 40;
  EXPECT_THROW((void)stream(every(40), table), sl::Error);
}

}  // namespace

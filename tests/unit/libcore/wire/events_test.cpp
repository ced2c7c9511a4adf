// EVENTs: the JSON they are, and reading it back.

#include <gtest/gtest.h>

#include <vector>

#include "libcore/base/error.h"
#include "libcore/combine/frame_merge.h"
#include "libcore/media/track.h"
#include "libcore/wire/events.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

constexpr std::int64_t now = 1'795'000'000'123'456'789;  // ns since 1970, beyond 2^53

TEST(Events, ReadAsTheyWereWritten) {
  const auto wire = sl::test::written([](sl::Writer& out) {
    out.begin();
    sl::Track track;
    track.kind = sl::Kind::Data;
    track.codec = "test";
    out.track(1, track);
    sl::write_tick(out, 1, now);
    sl::write_gap(out, 1, -now, 5, "late");
    sl::write_dropped(out, 1, 7, now, "late");
    sl::write_dropped(out, 1, 7, 9, "slow", 2);
    sl::write_not_carried(out, 1, "attachment \"icc\"", "pixels have moved");
    sl::write_not_carried(out, 0, "line\n");
    sl::write_lost_input(out, 2, {"sl-decode", "host", 65, {}, "bad"});
    out.end();
  });

  sl::Source source = sl::Source::memory(wire, "wire");
  sl::Reader in(source);
  std::vector<std::string> texts;
  std::vector<sl::Event> events;
  while (const auto record = in.next()) {
    if (record->type != sl::wire::Type::Event) continue;
    EXPECT_EQ(sl::tick_time(in), events.empty() ? std::optional(now) : std::nullopt);
    texts.emplace_back(in.text());
    events.push_back(sl::parse_event(in.text()));
  }
  EXPECT_EQ(
      texts,
      (std::vector<std::string>{
          R"({"event":"tick","pts":"1795000000123456789"})",
          R"({"event":"gap","from":"-1795000000123456789","to":5,"why":"late"})",
          R"({"event":"dropped","from":7,"to":"1795000000123456789","count":"1795000000123456783","why":"late"})",
          R"({"event":"dropped","from":7,"to":9,"count":2,"why":"slow"})",
          R"({"event":"not-carried","what":"attachment \"icc\"","why":"pixels have moved"})",
          R"({"event":"not-carried","what":"line\n"})",
          R"({"event":"lost-input","input":2,"cause":{"tool":"sl-decode","host":"host","code":65,"message":"bad"}})",
      }));
  ASSERT_EQ(events.size(), 7U);
  EXPECT_EQ(events[0].name, "tick");
  EXPECT_EQ(events[0].pts, now);
  EXPECT_EQ(events[1].name, "gap");
  EXPECT_EQ(events[1].from, -now);
  EXPECT_EQ(events[1].to, 5);
  EXPECT_EQ(events[1].dropped, 0U);
  EXPECT_EQ(events[2].dropped, static_cast<std::uint64_t>(now) - 6);
  EXPECT_EQ(events[3].dropped, 2U);
  EXPECT_EQ(events[4].name, "not-carried");
  EXPECT_FALSE(events[4].pts || events[4].from || events[4].to);
}

TEST(Events, MembersThatAreNoIntegersAreNothing) {
  const sl::Event event = sl::parse_event(R"({"event":"tick","pts":"soon","from":1.5})");
  EXPECT_FALSE(event.pts || event.from || event.to);
  EXPECT_EQ(sl::parse_event(R"({"event":"dropped","from":3,"to":5})").dropped, 3U);
}

TEST(Events, WithoutANameAreRefused) {
  for (const char* text : {"", "{}", "[]", R"({"event":1})", R"({"event":"tick","event":"gap"})"}) {
    EXPECT_THROW((void)sl::parse_event(text), sl::Error) << text;
  }
}

TEST(Events, ChangeTheirTimes) {
  const auto later = [](std::int64_t time) { return time + 5; };
  EXPECT_EQ(sl::retime_event(R"({"event":"gap","from":1,"to":2,"why":"x"})", later),
            R"({"event":"gap","from":6,"to":7,"why":"x"})");
  EXPECT_EQ(sl::retime_event(R"({"event":"tick","pts":"9007199254740993"})", later),
            R"({"event":"tick","pts":"9007199254740998"})");
  const char* numbers = R"({"event":"dropped","from":1,"to":2})";
  EXPECT_EQ(sl::retime_event(numbers, later), numbers);
  EXPECT_EQ(sl::retime_event(numbers, {}, later), R"({"event":"dropped","from":6,"to":7})");
}

}  // namespace

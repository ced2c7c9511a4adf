// Times as users write them, and the limits of their arithmetic.

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"

namespace {

constexpr std::int64_t max_time = std::numeric_limits<std::int64_t>::max();
const sl::Rational milliseconds{1, 1000};

std::int64_t nanoseconds(const char* text) {
  const sl::Seconds time = sl::parse_seconds("--at", text);
  return sl::ticks_down(time, {1, 1'000'000'000});
}

TEST(TimeText, UnitsAndClocks) {
  EXPECT_EQ(nanoseconds("1.5s"), 1'500'000'000);
  EXPECT_EQ(nanoseconds("90"), 90'000'000'000);
  EXPECT_EQ(nanoseconds("250ms"), 250'000'000);
  EXPECT_EQ(nanoseconds("1.000000001"), 1'000'000'001);
  EXPECT_EQ(nanoseconds("7us"), 7'000);
  EXPECT_EQ(nanoseconds("2m"), 120'000'000'000);
  EXPECT_EQ(nanoseconds("2min"), 120'000'000'000);
  EXPECT_EQ(nanoseconds("1.5h"), 5'400'000'000'000);
  EXPECT_EQ(nanoseconds("00:01:02.5"), 62'500'000'000);
  EXPECT_EQ(nanoseconds("1:02"), 62'000'000'000);
  EXPECT_EQ(nanoseconds("-0:01.25"), -1'250'000'000);
  EXPECT_EQ(nanoseconds(".5"), 500'000'000);
}

TEST(TimeText, RefusesOtherText) {
  for (const char* text : {"", "s", ".", "-", "1.2.3", "1:2:3:4", "1.5:00", "1,5", "+1", "1e3", "0x10", "--1", "1 s",
                           "1234567890", "0.1234567891", ":5", "5:", "999999999:00:00.123456789"}) {
    EXPECT_THROW((void)sl::parse_seconds("--at", text), sl::Error) << text;
  }
}

TEST(TimeText, Ranges) {
  const auto range = [](const char* text) {
    const sl::TimeRange parsed = sl::parse_time_range("--range", text);
    const auto number = [](const std::optional<sl::Seconds>& time) {
      return time ? sl::ticks_down(*time, milliseconds) : -1;
    };
    return std::pair(number(parsed.start), number(parsed.stop));
  };
  EXPECT_EQ(range("2s:5s"), std::pair(2000l, 5000l));
  EXPECT_EQ(range("2s:"), std::pair(2000l, -1l));
  EXPECT_EQ(range(":1.5"), std::pair(-1l, 1500l));
  EXPECT_EQ(range(":"), std::pair(-1l, -1l));
  EXPECT_EQ(range("1:00:2:00"), std::pair(60000l, 120000l));
  EXPECT_EQ(range("00:01:00:00:02:00"), std::pair(60000l, 120000l));
  EXPECT_EQ(range("1:00:"), std::pair(60000l, -1l));
  EXPECT_EQ(range("10,1:00"), std::pair(10000l, 60000l));
  EXPECT_EQ(range("3:3"), std::pair(3000l, 3000l));
  for (const char* text : {"", "2s", "5:2", "1:2:3", "a:b", "1,2,3"}) {
    EXPECT_THROW((void)sl::parse_time_range("--range", text), sl::Error) << text;
  }
}

TEST(TimeText, Ratios) {
  EXPECT_EQ(sl::parse_ratio("FPS", "25"), (sl::Rational{25, 1}));
  EXPECT_EQ(sl::parse_ratio("FPS", "23.976"), (sl::Rational{2997, 125}));
  EXPECT_EQ(sl::parse_ratio("FPS", "30000/1001"), (sl::Rational{30000, 1001}));
  EXPECT_EQ(sl::parse_ratio("FPS", "50/2"), (sl::Rational{25, 1}));
  EXPECT_EQ(sl::parse_ratio("FPS", "0.5/0.25"), (sl::Rational{2, 1}));
  for (const char* text : {"", "0", "-1", "1/0", "0/1", "x", "1/", "/2", "25fps", "999999999/0.000000001"}) {
    EXPECT_THROW((void)sl::parse_ratio("FPS", text), sl::Error) << text;
  }
  EXPECT_EQ(sl::multiply({1, 90000}, {2, 3}), (sl::Rational{1, 135000}));
  EXPECT_EQ(sl::multiply({1001, 30000}, {30000, 1001}), (sl::Rational{1, 1}));
  EXPECT_EQ(sl::multiply({1, 1'000'000'000}, {1, 3}), std::nullopt);
}

TEST(TimeText, TicksAndRounding) {
  const sl::Seconds third{333'333'333, 1'000'000'000};
  EXPECT_EQ(sl::ticks_down(third, {1, 3}), 0);
  EXPECT_EQ(sl::ticks_up(third, {1, 3}), 1);
  EXPECT_EQ(sl::ticks_down({-1, 1000}, {1, 25}), -1);
  EXPECT_EQ(sl::ticks_up({-1, 1000}, {1, 25}), 0);
  EXPECT_EQ(sl::rescale(1, {1, 2}, {1, 1}), 1);
  EXPECT_EQ(sl::rescale(-1, {1, 2}, {1, 1}), -1);
  EXPECT_EQ(sl::rescale(1001, {1, 30000}, {1, 90000}), 3003);
  EXPECT_EQ(sl::rescale(sl::no_time, {1, 2}, {1, 1}), sl::no_time);
}

TEST(TimeText, SaturatesAndNeverOverflows) {
  const sl::Rational fine{1, 0x7fffffff}, coarse{0x7fffffff, 1};
  EXPECT_EQ(sl::rescale(max_time, coarse, fine), max_time);
  EXPECT_EQ(sl::rescale(-max_time, coarse, fine), -max_time);
  EXPECT_EQ(sl::ticks_up({max_time, 1}, fine), max_time);
  EXPECT_EQ(sl::add_time(max_time, 1), max_time);
  EXPECT_EQ(sl::subtract_time(-max_time, max_time), -max_time);
  EXPECT_EQ(sl::add_time(sl::no_time, 1), sl::no_time);
  EXPECT_EQ(sl::subtract_time(5, sl::no_time), sl::no_time);
}

TEST(TimeText, ComparesMoreExactlyThanDoubles) {
  EXPECT_LT(sl::compare_times(max_time - 1, {1, 3}, max_time, {1, 3}), 0);
  EXPECT_GT(sl::compare_times(max_time, {0x7fffffff, 1}, max_time, {1, 0x7fffffff}), 0);
  EXPECT_EQ(sl::compare_times(1, {1, 2}, 50, {1, 100}), 0);
  EXPECT_LT(sl::compare_times(-max_time, {1, 1}, max_time, {1, 1}), 0);
  EXPECT_LT(sl::compare(sl::Seconds{1, 3}, sl::Seconds{333'333'334, 1'000'000'000}), 0);
}

TEST(TimeText, UtcIsRoundedDownBefore1970Too) {
  EXPECT_EQ(sl::utc_text(0, 3), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(sl::utc_text(-1, 3), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(sl::utc_text(951782400999999999, 3), "2000-02-29T00:00:00.999Z");
  EXPECT_EQ(sl::utc_text(951782400000012999, 6), "2000-02-29T00:00:00.000012Z");
  EXPECT_EQ(sl::utc_text(951782400000012999, 9), "2000-02-29T00:00:00.000012999Z");
  EXPECT_EQ(sl::utc_text(-max_time, 3), "1677-09-21T00:12:43.145Z");
}

}  // namespace

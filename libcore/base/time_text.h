// Times as people write them: "1.5s", "90", "250ms", "2m", "00:01:02.5". Exact: no binary fraction is made of them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/rational.h"

namespace sl {

// A time or length in seconds, num / den, any sign; den is a power of ten, at most 10^9 (nanoseconds).
struct Seconds {
  std::int64_t num = 0, den = 1;
};

// Throws Error(Usage), naming `option`. Units: h, m (or min), s, ms, us; none is seconds. [[H:]M:]S[.FRACTION] too.
[[nodiscard]] Seconds parse_seconds(std::string_view option, std::string_view text);

// A stretch of time, [start, stop); either may be open.
struct TimeRange {
  std::optional<Seconds> start, stop;
};
// "2s:5s", "2s:", ":5s"; "00:01:00,00:02:00" where colons stand in the times too (with as many on both sides,
// "1:00:2:00" is cut in its middle). Throws Usage, also where it ends before it begins.
[[nodiscard]] TimeRange parse_time_range(std::string_view option, std::string_view text);
[[nodiscard]] int compare(const Seconds& a, const Seconds& b);

// "25", "23.976", "30000/1001": above 0, in lowest terms, both parts within the wire's limit. Throws Usage.
[[nodiscard]] Rational parse_ratio(std::string_view option, std::string_view text);
// "30000/1001".
[[nodiscard]] std::string ratio_text(const Rational& ratio);
// a * b in lowest terms; nothing where that is beyond the wire's limit.
[[nodiscard]] std::optional<Rational> multiply(const Rational& a, const Rational& b);
// The coarsest time base in which the ticks of both are whole ones; nothing where the wire has none.
[[nodiscard]] std::optional<Rational> common_time_base(const Rational& a, const Rational& b);
// a + b and a - b of times, where `no_time` stays what it is; saturate.
[[nodiscard]] std::int64_t add_time(std::int64_t time, std::int64_t length);
[[nodiscard]] std::int64_t subtract_time(std::int64_t time, std::int64_t length);

// A time in ticks of `time_base`, rounded down or up to a whole one; saturates.
[[nodiscard]] std::int64_t ticks_down(const Seconds& time, const Rational& time_base);
[[nodiscard]] std::int64_t ticks_up(const Seconds& time, const Rational& time_base);
// a * from / to, rounded to nearest, halves away from zero; `no_time` stays what it is; saturates.
[[nodiscard]] std::int64_t rescale(std::int64_t ticks, const Rational& from, const Rational& to);
// Compares a ticks of `a_base` with b ticks of `b_base`, exactly: negative, 0, positive.
[[nodiscard]] int compare_times(std::int64_t a, const Rational& a_base, std::int64_t b, const Rational& b_base);

// "12.345 s": for messages.
[[nodiscard]] std::string seconds_text(std::int64_t ticks, const Rational& time_base);
// "2026-11-21T15:40:33.123Z", of POSIX time in ns, with 1 to 9 `digits` of the second, rounded down.
[[nodiscard]] std::string utc_text(std::int64_t wall, int digits);

}  // namespace sl

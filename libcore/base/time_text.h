// Times as people write them: "1.5s", "90", "250ms", "2m", "00:01:02.5". Exact: no binary fraction is made of them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/rational.h"
#include "libcore/base/times.h"

namespace sl {

// Throws Error(Usage), naming `option`. Units: h, m (or min), s, ms, us; none is seconds. [[H:]M:]S[.FRACTION] too.
[[nodiscard]] Seconds parse_seconds(std::string_view option, std::string_view text);

// A stretch of time, [start, stop); either may be open.
struct TimeRange {
  std::optional<Seconds> start, stop;
};
// "2s:5s", "2s:", ":5s"; "00:01:00,00:02:00" where colons stand in the times too (with as many on both sides,
// "1:00:2:00" is cut in its middle). Throws Usage, also where it ends before it begins.
[[nodiscard]] TimeRange parse_time_range(std::string_view option, std::string_view text);

// "25", "23.976", "30000/1001": above 0, in lowest terms, both parts within the wire's limit. Throws Usage.
[[nodiscard]] Rational parse_ratio(std::string_view option, std::string_view text);
// "30000/1001".
[[nodiscard]] std::string ratio_text(const Rational& ratio);

// "12.345 s": for messages.
[[nodiscard]] std::string seconds_text(std::int64_t ticks, const Rational& time_base);
// "2026-11-21T15:40:33.123Z", of POSIX time in ns, with 1 to 9 `digits` of the second, rounded down.
[[nodiscard]] std::string utc_text(std::int64_t wall, int digits);

}  // namespace sl

// Times as users write them: "1.5s", "90", "250ms", "2m", "00:01:02.5". Exact: never a binary fraction.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/rational.h"
#include "libcore/base/times.h"

namespace sl {

// Parse a number with the unit h, m (or min), s, ms, us or none (seconds), or [[H:]M:]S[.FRACTION]. Throw Error(Usage),
// naming `option`, as all of these do.
[[nodiscard]] Seconds parse_seconds(std::string_view option, std::string_view text);

// A range of time, [start, stop); both ends are optional.
struct TimeRange {
  std::optional<Seconds> start, stop;
};
// Parse "2s:5s", "2s:", ":5s"; "00:01:00,00:02:00" if the times contain colons ("1:00:2:00", with as many on both
// sides, is cut in its middle). Throw Usage too if the range ends before it begins.
[[nodiscard]] TimeRange parse_time_range(std::string_view option, std::string_view text);

// Parse "25", "23.976" or "30000/1001": above 0, in lowest terms, both parts within wire_limit::number.
[[nodiscard]] Rational parse_ratio(std::string_view option, std::string_view text);
// Return "30000/1001".
[[nodiscard]] std::string ratio_text(const Rational& ratio);

// A time above 0.
struct Duration {
  Seconds length{1, 1};
};

// Values of options.
void parse_value(std::string_view option, std::string_view text, Seconds& value);
void parse_value(std::string_view option, std::string_view text, Duration& value);
void parse_value(std::string_view option, std::string_view text, TimeRange& value);
void parse_value(std::string_view option, std::string_view text, Rational& value);
[[nodiscard]] std::string value_text(const Seconds& value);   // "10m", "1.5s", "250ms"
[[nodiscard]] std::string value_text(const Rational& value);  // "25", "30000/1001"

// Return "12.345 s", for messages.
[[nodiscard]] std::string seconds_text(std::int64_t ticks, const Rational& time_base);
// Return "2026-11-21T15:40:33.123Z" for a POSIX time in ns, rounded down to 1 to 9 fractional `digits`.
[[nodiscard]] std::string utc_text(std::int64_t wall, int digits);

}  // namespace sl

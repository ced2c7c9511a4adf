// Exact arithmetic of times in ticks and in seconds, in 128 bits. Results that do not fit saturate; `no_time` stays
// `no_time`.

#pragma once

#include <cstdint>
#include <optional>

#include "libcore/base/rational.h"

namespace sl {

// A time or duration in seconds, num / den, of any sign; den is a power of ten, at most 10^9 (nanoseconds).
struct Seconds {
  std::int64_t num = 0, den = 1;
};

// Return a negative number, 0 or a positive number, as a is less than, equal to or greater than b.
[[nodiscard]] int compare(const Seconds& a, const Seconds& b);

// Return a * b in lowest terms, or nothing if that is beyond wire_limit::number.
[[nodiscard]] std::optional<Rational> multiply(const Rational& a, const Rational& b);
// Return the coarsest time base in which ticks of both are whole, or nothing if that is beyond wire_limit::number.
[[nodiscard]] std::optional<Rational> common_time_base(const Rational& a, const Rational& b);
// Return a + b and a - b.
[[nodiscard]] std::int64_t add_time(std::int64_t a, std::int64_t b);
[[nodiscard]] std::int64_t subtract_time(std::int64_t a, std::int64_t b);

// Return a time in ticks of `time_base`, rounded down or up.
[[nodiscard]] std::int64_t ticks_down(const Seconds& time, const Rational& time_base);
[[nodiscard]] std::int64_t ticks_up(const Seconds& time, const Rational& time_base);
// Return ticks of `from` in ticks of `to`, rounded to nearest, halves away from zero.
[[nodiscard]] std::int64_t rescale(std::int64_t ticks, const Rational& from, const Rational& to);
// Compare a ticks of `a_base` with b ticks of `b_base`, exactly, as compare() does.
[[nodiscard]] int compare_times(std::int64_t a, const Rational& a_base, std::int64_t b, const Rational& b_base);

}  // namespace sl

// Exact arithmetic of times in ticks and in seconds, in 128 bits.

#pragma once

#include <cstdint>
#include <optional>

#include "libcore/base/rational.h"

namespace sl {

// A time or length in seconds, num / den, any sign; den is a power of ten, at most 10^9 (nanoseconds).
struct Seconds {
  std::int64_t num = 0, den = 1;
};

[[nodiscard]] int compare(const Seconds& a, const Seconds& b);

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

}  // namespace sl

// Exact ratios, for time bases and rates, and the unknown time.

#pragma once

#include <cstdint>
#include <limits>

namespace sl {

struct Rational {
  std::int64_t num = 0, den = 1;  // num 0: unknown
  bool operator==(const Rational&) const = default;
};

// An unknown time or duration in ticks.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

}  // namespace sl

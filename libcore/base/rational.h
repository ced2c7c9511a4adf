// Exact ratios, as time bases and rates are, and the time that is unknown.

#pragma once

#include <cstdint>
#include <limits>

namespace sl {

struct Rational {
  std::int64_t num = 0, den = 1;  // num 0: unknown
  bool operator==(const Rational&) const = default;
};

// In place of a time or length in ticks: unknown.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

}  // namespace sl

// Exact arithmetic of times. Products of a time (63 bits) and two parts of a ratio (31 each) fit 128 bits.

#include "libcore/base/times.h"

#include <limits>
#include <numeric>

#include "libcore/base/limits.h"

namespace sl {

namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t max_time = std::numeric_limits<std::int64_t>::max();

std::int64_t saturated(Wide value) {
  if (value > max_time) return max_time;
  if (value <= Wide{no_time}) return no_time + 1;
  return static_cast<std::int64_t>(value);
}

Wide divide_down(Wide a, Wide b) {
  const Wide q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

}  // namespace

int compare(const Seconds& a, const Seconds& b) {
  const Wide left = Wide{a.num} * b.den, right = Wide{b.num} * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

std::optional<Rational> multiply(const Rational& a, const Rational& b) {
  const std::int64_t left = std::gcd(a.num, b.den), right = std::gcd(b.num, a.den);
  const Wide num = Wide{a.num / left} * (b.num / right), den = Wide{a.den / right} * (b.den / left);
  if (num > wire_limit::number || den > wire_limit::number) return std::nullopt;
  return Rational{static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

std::optional<Rational> common_time_base(const Rational& a, const Rational& b) {
  std::int64_t num = std::gcd(a.num * b.den, b.num * a.den), den = a.den * b.den;  // two factors of 31 bits each
  const std::int64_t divisor = std::gcd(num, den);
  num /= divisor;
  den /= divisor;
  if (num > wire_limit::number || den > wire_limit::number) return std::nullopt;
  return Rational{num, den};
}

std::int64_t add_time(std::int64_t a, std::int64_t b) {
  if (a == no_time || b == no_time) return no_time;
  return saturated(Wide{a} + b);
}

std::int64_t subtract_time(std::int64_t a, std::int64_t b) {
  if (a == no_time || b == no_time) return no_time;
  return saturated(Wide{a} - b);
}

std::int64_t ticks_down(const Seconds& time, const Rational& time_base) {
  return saturated(divide_down(Wide{time.num} * time_base.den, Wide{time.den} * time_base.num));
}

std::int64_t ticks_up(const Seconds& time, const Rational& time_base) {
  return saturated(-divide_down(-Wide{time.num} * time_base.den, Wide{time.den} * time_base.num));
}

std::int64_t rescale(std::int64_t ticks, const Rational& from, const Rational& to) {
  if (ticks == no_time) return no_time;
  const Wide num = Wide{ticks} * from.num * to.den;
  const Wide den = Wide{from.den} * to.num;
  const Wide magnitude = num < 0 ? -num : num;
  const Wide rounded = (magnitude + den / 2) / den;
  return saturated(num < 0 ? -rounded : rounded);
}

int compare_times(std::int64_t a, const Rational& a_base, std::int64_t b, const Rational& b_base) {
  const Wide left = Wide{a} * a_base.num * b_base.den;
  const Wide right = Wide{b} * b_base.num * a_base.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace sl

// Parsing and printing of times.

#include "libcore/base/time_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <limits>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t max_time = std::numeric_limits<std::int64_t>::max();

// Parse a decimal number: up to nine digits, and up to nine after a point. Return whether it is one.
bool parse_decimal(std::string_view text, Seconds& value) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if ((whole.empty() && fraction.empty()) || whole.size() > 9 || fraction.size() > 9) return false;
  std::string digits(whole);
  digits += fraction;
  value.den = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) value.den *= 10;
  const auto number = to_number<std::int64_t>(digits);
  value.num = number.value_or(0);
  return number && digits[0] != '-';
}

}  // namespace

Seconds parse_seconds(std::string_view option, std::string_view text) {
  const auto bad = [&] { bad_value(option, text, "is not a time like 1.5s, 250ms, 2m or 00:01:02.5"); };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  Seconds value;
  Wide before = 0;  // seconds of hours and minutes
  std::int64_t scale = 1, divisor = 1;
  if (rest.find(':') != std::string_view::npos) {
    for (int parts = 0; rest.find(':') != std::string_view::npos; ++parts) {
      const std::size_t colon = rest.find(':');
      Seconds part;
      if (parts == 2 || !parse_decimal(rest.substr(0, colon), part) || part.den != 1) bad();
      before = (before + part.num) * 60;
      rest.remove_prefix(colon + 1);
    }
    if (!parse_decimal(rest, value)) bad();
  } else {
    constexpr std::array<std::pair<std::string_view, std::pair<std::int64_t, std::int64_t>>, 6> units{
        {{"ms", {1, 1000}}, {"us", {1, 1000000}}, {"min", {60, 1}}, {"h", {3600, 1}}, {"m", {60, 1}}, {"s", {1, 1}}}};
    for (const auto& [unit, factor] : units) {
      if (!rest.ends_with(unit)) continue;
      rest.remove_suffix(unit.size());
      scale = factor.first;
      divisor = factor.second;
      break;
    }
    if (!parse_decimal(rest, value)) bad();
  }
  Wide num = (Wide{value.num} + before * value.den) * scale;
  Wide den = Wide{value.den} * divisor;
  while (den > 1'000'000'000) {  // nanoseconds are the finest unit
    num /= 10;
    den /= 10;
  }
  if (num > max_time) bad();
  return {static_cast<std::int64_t>(negative ? -num : num), static_cast<std::int64_t>(den)};
}

TimeRange parse_time_range(std::string_view option, std::string_view text) {
  std::size_t cut = text.find(',');
  const auto colons = static_cast<std::size_t>(std::count(text.begin(), text.end(), ':'));
  if (cut == std::string_view::npos) {
    if (text.ends_with(':')) {
      cut = text.size() - 1;
    } else if (text.starts_with(':')) {
      cut = 0;
    } else if (colons % 2 == 1) {
      cut = text.find(':');
      for (std::size_t n = 0; n < colons / 2; ++n) cut = text.find(':', cut + 1);
    }
  }
  if (cut == std::string_view::npos) bad_value(option, text, "is not FROM:TO");
  TimeRange range;
  if (cut != 0) range.start = parse_seconds(option, text.substr(0, cut));
  if (cut + 1 != text.size()) range.stop = parse_seconds(option, text.substr(cut + 1));
  if (range.start && range.stop && compare(*range.start, *range.stop) > 0) {
    throw Error(Status::Usage, std::string(option) + ": " + printable(text, 60) + " ends before it begins");
  }
  return range;
}

Rational parse_ratio(std::string_view option, std::string_view text) {
  const std::size_t slash = text.find('/');
  Seconds num, den{1, 1};
  bool good = parse_decimal(text.substr(0, slash), num) && num.num > 0;
  if (slash != std::string_view::npos) good = good && parse_decimal(text.substr(slash + 1), den) && den.num > 0;
  if (good) {
    // (num.num / num.den) / (den.num / den.den); parse_decimal's 18 digits and nine more fit.
    Wide top = Wide{num.num} * den.den, bottom = Wide{num.den} * den.num;
    for (Wide a = top, b = bottom; b != 0;) {
      const Wide rest = a % b;
      a = b;
      b = rest;
      if (b == 0) {
        top /= a;
        bottom /= a;
      }
    }
    if (top <= wire_limit::number && bottom <= wire_limit::number) {
      return {static_cast<std::int64_t>(top), static_cast<std::int64_t>(bottom)};
    }
  }
  bad_value(option, text, "is not a number above 0 like 25, 0.5 or 30000/1001");
}

std::string ratio_text(const Rational& ratio) { return std::to_string(ratio.num) + "/" + std::to_string(ratio.den); }

void parse_value(std::string_view option, std::string_view text, Seconds& value) {
  value = parse_seconds(option, text);
}
void parse_value(std::string_view option, std::string_view text, Duration& value) {
  value.length = parse_seconds(option, text);
  if (value.length.num <= 0) bad_value(option, text, "is not above 0");
}
void parse_value(std::string_view option, std::string_view text, TimeRange& value) {
  value = parse_time_range(option, text);
}
void parse_value(std::string_view option, std::string_view text, Rational& value) { value = parse_ratio(option, text); }

std::string value_text(const Seconds& value) {
  const auto whole = [&](std::int64_t units) { return std::to_string(value.num * units / value.den); };
  if (value.num % (60 * value.den) == 0) return std::to_string(value.num / (60 * value.den)) + "m";
  if (value.num % value.den == 0) return whole(1) + "s";
  if (value.num * 1000 % value.den == 0) return whole(1000) + "ms";
  return whole(1'000'000) + "us";
}

std::string value_text(const Rational& value) { return value.den == 1 ? std::to_string(value.num) : ratio_text(value); }

std::string seconds_text(std::int64_t ticks, const Rational& time_base) {
  if (ticks == no_time) return "an unknown time";
  std::array<char, 64> text{};
  const double seconds =
      static_cast<double>(ticks) * static_cast<double>(time_base.num) / static_cast<double>(time_base.den);
  std::snprintf(text.data(), text.size(), "%.3f s", seconds);
  return text.data();
}

std::string utc_text(std::int64_t wall, int digits) {
  constexpr std::int64_t second = 1'000'000'000;
  std::time_t seconds = wall / second;
  std::int64_t part = wall % second;
  if (part < 0) {
    part += second;
    --seconds;
  }
  for (int i = digits; i < 9; ++i) part /= 10;
  std::tm date{};
  gmtime_r(&seconds, &date);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &date);
  std::snprintf(text.data() + length, text.size() - length, ".%0*dZ", digits, static_cast<int>(part));
  return text.data();
}

}  // namespace sl

// The curves of H.273, each with its inverse.

#include "libcore/pixels/transfer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "libcore/base/error.h"

namespace sl {

namespace {

// A power with a straight piece at black: E' = a L^p - (a - 1) from L = b on, s L below it.
struct Curve {
  double a, b, p, s;
};
constexpr Curve bt709{1.099296826809442, 0.018053968510807, 0.45, 4.5};
constexpr Curve smpte240{1.1115, 0.0228, 0.45, 4.0};
constexpr Curve srgb{1.055, 0.0031308, 1 / 2.4, 12.92};

// A template argument, so that each makes a plain function.
template <const Curve& curve>
double encode(double light) {
  return light < curve.b ? curve.s * light : curve.a * std::pow(light, curve.p) - (curve.a - 1);
}
template <const Curve& curve>
double decode(double value) {
  return value < curve.s * curve.b ? value / curve.s : std::pow((value + curve.a - 1) / curve.a, 1 / curve.p);
}

template <int tenths>
double decode_gamma(double value) {
  return std::pow(value, tenths / 10.0);
}
template <int tenths>
double encode_gamma(double light) {
  return std::pow(light, 10.0 / tenths);
}

double same(double value) { return value; }

// SMPTE ST 2084.
constexpr double pq_m1 = 2610.0 / 16384, pq_m2 = 2523.0 / 32, pq_c1 = 3424.0 / 4096, pq_c2 = 2413.0 / 128,
                 pq_c3 = 2392.0 / 128;
double decode_pq(double value) {
  const double power = std::pow(std::min(value, 1.0), 1 / pq_m2);
  return std::pow(std::max(power - pq_c1, 0.0) / (pq_c2 - pq_c3 * power), 1 / pq_m1);
}
double encode_pq(double light) {
  const double power = std::pow(light, pq_m1);
  return std::pow((pq_c1 + pq_c2 * power) / (1 + pq_c3 * power), pq_m2);
}

// ARIB STD-B67.
constexpr double hlg_a = 0.17883277, hlg_b = 0.28466892, hlg_c = 0.55991073;
double decode_hlg(double value) {
  return value <= 0.5 ? value * value / 3 : (std::exp((value - hlg_c) / hlg_a) + hlg_b) / 12;
}
double encode_hlg(double light) {
  return light <= 1.0 / 12 ? std::sqrt(3 * light) : hlg_a * std::log(12 * light - hlg_b) + hlg_c;
}

double decode_428(double value) { return 52.37 / 48 * std::pow(value, 2.6); }
double encode_428(double light) { return std::pow(light * 48 / 52.37, 1 / 2.6); }

// Tables are linear between values that are closer to each other towards black, as floats do: the leading bits of a
// float are the index, so the error is relative, and half a million powers become look-ups.
constexpr unsigned octaves = 24, octaves_above_white = 2, bits_of_octave = 9, mantissa = 23,
                   rest = mantissa - bits_of_octave;
constexpr float smallest = 1.0f / (1U << octaves), end_of_table = 1U << octaves_above_white;
constexpr std::size_t entries = std::size_t{octaves + octaves_above_white} << bits_of_octave;

std::uint32_t position(float value) {
  return std::bit_cast<std::uint32_t>(value) - std::bit_cast<std::uint32_t>(smallest);
}

}  // namespace

Transfer::Pair Transfer::functions_of(int number) {
  switch (number) {
    case 1:
    case 6:
    case 11:
    case 12:
    case 14:
    case 15:
      return {decode<bt709>, encode<bt709>};
    case 4:
      return {decode_gamma<22>, encode_gamma<22>};
    case 5:
      return {decode_gamma<28>, encode_gamma<28>};
    case 7:
      return {decode<smpte240>, encode<smpte240>};
    case 8:
      return {same, same};
    case 2:
    case 13:
      return {decode<srgb>, encode<srgb>};
    case 16:
      return {decode_pq, encode_pq};
    case 17:
      return {decode_428, encode_428};
    case 18:
      return {decode_hlg, encode_hlg};
    default:
      break;
  }
  throw Error(Status::Data, "transfer function " + std::to_string(number) + " of H.273 has no light to compute in");
}

Transfer::Transfer(int number) {
  const Pair functions = functions_of(number);
  to_ = functions.to;
  from_ = functions.from;
  to_table_ = table_of(to_);
  from_table_ = table_of(from_);
}

float Transfer::exactly(Function function, float value) {
  return static_cast<float>(value < 0 ? -function(-double{value}) : function(value));
}

std::vector<float> Transfer::table_of(Function function) {
  std::vector<float> table(entries + 1);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(smallest) + static_cast<std::uint32_t>(i << rest);
    table[i] = exactly(function, std::bit_cast<float>(bits));
  }
  return table;
}

void Transfer::apply(Function function, const std::vector<float>& table, float* row, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float value = row[i], size = std::abs(value);
    if (size >= smallest && size < end_of_table) {
      const std::uint32_t at = position(size);
      const float low = table[at >> rest], high = table[(at >> rest) + 1];
      row[i] = std::copysign(low + (high - low) * (static_cast<float>(at & ((1U << rest) - 1)) / (1U << rest)), value);
    } else if (value != 0) {
      row[i] = exactly(function, value);
    }
  }
}

}  // namespace sl

// The curves of H.273, each with its inverse.

#include "libcore/pixels/transfer.h"

#include <algorithm>
#include <cmath>
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

Transfer::Transfer(int number) : Transfer(functions_of(number)) {}

}  // namespace sl

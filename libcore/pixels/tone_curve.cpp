// A Hermite spline in codes of PQ.

#include "libcore/pixels/tone_curve.h"

#include <algorithm>

#include "libcore/pixels/transfer.h"

namespace sl {

namespace {

constexpr double pq_light = 10000;
constexpr int pq = 16;

double code_of(double light) { return Transfer::functions_of(pq).from_light(light / pq_light); }
double light_of(double code) { return Transfer::functions_of(pq).to_light(code) * pq_light; }

}  // namespace

ToneCurve::ToneCurve(double source_peak, double target_peak)
    : source_peak_(source_peak),
      source_code_(code_of(source_peak)),
      top_(std::min(code_of(target_peak) / source_code_, 1.0)),
      knee_(1.5 * top_ - 0.5),
      knee_light_(knee_ > 0 ? light_of(knee_ * source_code_) : 0) {}

double ToneCurve::operator()(double light) const {
  if (light <= knee_light_) return light;
  const double code = code_of(std::min(light, source_peak_)) / source_code_;
  if (top_ >= 1) return std::min(light, source_peak_);
  const double t = (code - knee_) / (1 - knee_), t2 = t * t, t3 = t2 * t;
  const double bent = (2 * t3 - 3 * t2 + 1) * knee_ + (t3 - 2 * t2 + t) * (1 - knee_) + (-2 * t3 + 3 * t2) * top_;
  return light_of(bent * source_code_);
}

}  // namespace sl

// Weights by a kernel, normalised, with the edge's samples repeated.

#include "libcore/pixels/axis.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace sl {

Axis::Axis(std::uint32_t in, std::uint32_t out, double first, double step, double radius, Weight weight)
    : in_(in), out_(out), first_(first), step_(step), radius_(radius), weight_(std::move(weight)) {}

Axis::Reach Axis::around(std::uint32_t j) const {
  const double place = first_ + j * step_;
  const auto low = static_cast<std::int64_t>(std::ceil(place - radius_));
  const auto high = static_cast<std::int64_t>(std::floor(place + radius_));
  if (apart_ != 1) return {j - (j - low) / apart_ * apart_, j + (high - j) / apart_ * apart_};
  if (low <= high) return {low, high};
  // In the middle between two samples, the later one, however `place` was rounded.
  const auto nearest = static_cast<std::int64_t>(std::floor(place + 0.5 + 1e-9));
  return {nearest, nearest};
}

// The sample that is repeated beyond an edge: the last one before it, of the same field.
std::int64_t Axis::inside(std::int64_t i) const {
  const std::int64_t last = std::int64_t{in_} - 1;
  if (i < 0) return std::min((apart_ - (-i) % apart_) % apart_, last);
  return i <= last ? i : std::max<std::int64_t>(last - (apart_ - (i - last) % apart_) % apart_, 0);
}

Axis::Span Axis::reach(std::uint32_t j) const {
  const Reach reach = around(j);
  const std::int64_t low = inside(reach.low), high = inside(reach.high);
  return {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high - low + 1)};
}

double Axis::reach_of(std::uint32_t count) const { return step_ * (count - 1.0) + 2 * radius_ + 1; }

Axis::Span Axis::taps(std::uint32_t j, std::vector<double>& weights) const {
  constexpr double negligible = 1e-7;
  const Reach reach = around(j);
  Span span = this->reach(j);
  const double place = first_ + j * step_;
  weights.assign(span.count, 0);
  for (std::int64_t i = reach.low; i <= reach.high; i += apart_) {
    const double weight = reach.low == reach.high ? 1 : weight_(static_cast<double>(i) - place);
    weights[static_cast<std::size_t>(inside(i)) - span.first] += weight;
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  const auto counts = [](double weight) { return std::abs(weight) > negligible; };
  const auto begin = std::ranges::find_if(weights, counts);
  const auto end = std::find_if(weights.rbegin(), weights.rend(), counts).base();
  span.first += static_cast<std::uint32_t>(begin - weights.begin());
  span.count = static_cast<std::uint32_t>(end - begin);
  weights.erase(end, weights.end());
  weights.erase(weights.begin(), begin);
  return span;
}

namespace {

std::uint32_t subsampled(std::uint32_t pixels, int shift) {
  return static_cast<std::uint32_t>((std::uint64_t{pixels} + (1U << shift) - 1) >> shift);
}

}  // namespace

std::uint32_t AxisPlace::samples_in() const { return subsampled(in, shift); }
std::uint32_t AxisPlace::samples_out() const { return subsampled(out, shift); }

double AxisPlace::step() const { return static_cast<double>(in) / out; }

double AxisPlace::first() const {
  // The middle of the first sample, in pixels from the picture's edge.
  const double group = 1 << shift, middle = on_luma ? 0.5 : group / 2;
  return (middle * step() - middle) / group;
}

}  // namespace sl

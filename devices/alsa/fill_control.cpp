// The loop.

#include "devices/alsa/fill_control.h"

#include <algorithm>

namespace sl::alsa {

double FillControl::next(double waits, double length) {
  constexpr double wide = 0.3, narrow = 0.03;  // the loop's frequency, radians a second
  age_ += length;
  const double omega = std::max(narrow, wide / (1 + age_ / 10));
  smooth_ += (waits - target_ - smooth_) * std::min(1.0, length * 4 * omega);
  const double wanted = 2 * omega * smooth_ + drift_;
  // A value far off says nothing about the clocks.
  if (wanted > -most && wanted < most) drift_ += omega * omega * smooth_ * length;
  return 1 - std::clamp(wanted, -most, most);
}

}  // namespace sl::alsa

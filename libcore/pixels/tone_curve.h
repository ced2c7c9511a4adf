// The tone curve of ITU-R BT.2390-10, 5.4.1 (EETF): light of a bright display for one of less light.

#pragma once

namespace sl {

// The light that white on paper has in HDR (ITU-R BT.2408): that of code 255 in SDR.
inline constexpr double paper_white = 203;

// Below a knee light stays; from there on it is bent so that the peak of the source is the peak of the target. Black
// is 0 in both.
class ToneCurve {
 public:
  // Peaks in cd/m2, above 0. If the target has the higher one, light stays.
  ToneCurve(double source_peak, double target_peak);
  // Return the light of the target for that of the source, in cd/m2; for light above the source's peak, the target's.
  [[nodiscard]] double operator()(double light) const;
  // Light up to here stays.
  [[nodiscard]] double knee() const { return knee_light_; }

 private:
  double source_peak_, source_code_, top_, knee_, knee_light_;
};

}  // namespace sl

// Counting of samples that do not fit.

#include "libcore/sound/sample_loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace sl {

void SampleLoss::look(SampleType type, std::span<const std::byte> samples) {
  values_.resize(samples.size() / sample_bytes(type));
  read_samples(type, samples, values_);
  const double scale = std::ldexp(1.0, bits_ - 1);
  for (const double value : values_) {
    const double size = std::abs(value), steps = value * scale;
    clipped_ += size > 1 ? 1 : 0;
    rounded_ += size < 1 && steps != std::floor(steps) ? 1 : 0;
    peak_ = std::max(peak_, size);
  }
}

std::string SampleLoss::report() const {
  std::string text;
  if (clipped_ != 0) {
    std::array<char, 40> peak{};
    std::snprintf(peak.data(), peak.size(), " (peak %.3f)", peak_);
    text = std::to_string(clipped_) + " samples are beyond full scale" + peak.data() + " and are cut off";
  }
  if (counts_rounding_ && rounded_ != 0) {
    text += (text.empty() ? "" : "; ") + std::to_string(rounded_) + " samples have more than " + std::to_string(bits_) +
            " bits and are rounded";
  }
  return text;
}

}  // namespace sl

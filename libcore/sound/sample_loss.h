// Samples that change when sound becomes integers of fewer bits: counted, to be reported.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/sound/samples.h"

namespace sl {

class SampleLoss {
 public:
  // `bits` of the integers, at most 32. Unless `counts_rounding`, only samples beyond full scale count: the others are
  // not exact, as after a lossy codec.
  SampleLoss(int bits, bool counts_rounding) : bits_(bits), counts_rounding_(counts_rounding) {}

  void look(SampleType type, std::span<const std::byte> samples);
  // Return "23 samples are beyond full scale (peak 1.400) and are cut off", "48000 samples have more than 24 bits and
  // are rounded", both, joined by "; ", or an empty text.
  [[nodiscard]] std::string report() const;

 private:
  int bits_;
  bool counts_rounding_;
  std::uint64_t clipped_ = 0, rounded_ = 0;
  double peak_ = 0;
  std::vector<double> values_;
};

}  // namespace sl

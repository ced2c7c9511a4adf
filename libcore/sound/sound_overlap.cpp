// Sums in double.

#include "libcore/sound/sound_overlap.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"

namespace sl {

SoundOverlap::SoundOverlap(const Track& track, std::int64_t from, std::int64_t to)
    : type_(sample_type(track)),
      channels_(track.channels),
      rate_(track.sample_rate),
      from_(from),
      count_(position(to)) {
  sum_.resize(static_cast<std::size_t>(count_) * channels_);
}

std::int64_t SoundOverlap::position(std::int64_t time) const {
  return rescale(time - from_, {1, ns_per_second}, {1, rate_});
}

void SoundOverlap::add(std::int64_t at, std::span<const std::byte> bytes, bool comes) {
  const auto samples = static_cast<std::int64_t>(bytes.size() / unit());
  std::vector<double> values(static_cast<std::size_t>(samples) * channels_);
  read_samples(type_, bytes, values);
  for (std::int64_t k = 0; k < samples; ++k) {
    const double angle = std::numbers::pi / 2 * static_cast<double>(at + k) / static_cast<double>(count_);
    const double gain = comes ? std::sin(angle) : std::cos(angle);
    const double* const from = values.data() + static_cast<std::size_t>(k) * channels_;
    double* const to = sum_.data() + static_cast<std::size_t>(at + k) * channels_;
    for (std::size_t c = 0; c < channels_; ++c) to[c] += gain * from[c];
  }
  first_ = std::min(first_, at);
  end_ = std::max(end_, at + samples);
}

}  // namespace sl

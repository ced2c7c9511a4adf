// The sum of two stretches of sound: one goes while the other one comes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/sound/samples.h"

namespace sl {

struct Track;

class SoundOverlap {
 public:
  // `from` and `to` in ns; all places count in samples from `from` on. The sum has the format of `track`.
  SoundOverlap(const Track& track, std::int64_t from, std::int64_t to);

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::int64_t position(std::int64_t time) const;
  [[nodiscard]] std::size_t unit() const { return channels_ * sample_bytes(type_); }  // bytes of all channels

  // Add samples from place `at` on, which lie inside, with equal power: cos² + sin² = 1. They come, or they go.
  void add(std::int64_t at, std::span<const std::byte> bytes, bool comes);

  // Call `take(place, samples, bytes)` with blocks from the first sample that was added to the last one.
  template <class Take>
  void blocks(const Take& take) const {
    constexpr std::int64_t most = 1024;
    for (std::int64_t at = first_; at < end_; at += most) {
      const std::int64_t samples = end_ - at < most ? end_ - at : most;
      std::vector<std::byte> bytes(static_cast<std::size_t>(samples) * unit());
      const auto values = std::span(sum_).subspan(static_cast<std::size_t>(at) * channels_,
                                                  static_cast<std::size_t>(samples) * channels_);
      write_samples(type_, values, bytes);
      take(at, samples, std::move(bytes));
    }
  }

 private:
  SampleType type_;
  std::size_t channels_;
  std::int64_t rate_, from_, count_;
  std::vector<double> sum_;
  std::int64_t first_ = std::numeric_limits<std::int64_t>::max(), end_ = 0;
};

}  // namespace sl

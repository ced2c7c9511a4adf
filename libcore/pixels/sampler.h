// Samples between the samples of a picture: weighted sums around any place of one component.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/pixels/resample.h"

namespace sl {

// The weights of a kernel around places between samples, by the fraction of the place. Bytes take the nearest entry, by
// which they are less than an eighth of a code off; for all others weights are linear between two entries, within 1e-6.
// Four weights of bytes are integers, whose roundings add a twentieth of a code at most.
class KernelTable {
 public:
  explicit KernelTable(Kernel kernel);
  static constexpr unsigned phase_bits = 10;
  static constexpr std::size_t phases = std::size_t{1} << phase_bits, most_taps = 8;
  [[nodiscard]] std::size_t taps() const { return taps_; }  // 4 or 8
  [[nodiscard]] const float* data() const { return table_.data(); }
  [[nodiscard]] bool is_nearest() const { return nearest_; }
  // Four weights of an entry as integers with weight_bits below the point: exactly 1 together. Those across come twice
  // each.
  static constexpr int weight_bits = 14;
  [[nodiscard]] const std::int16_t* down(std::int32_t phase) const { return down_.data() + std::ptrdiff_t{phase} * 4; }
  [[nodiscard]] const std::int16_t* across(std::int32_t phase) const {
    return across_.data() + std::ptrdiff_t{phase} * 8;
  }

 private:
  void add_integers(const double* weights, double sum);

  std::size_t taps_;
  bool nearest_;
  std::vector<float> table_;                 // (phases + 1) entries of taps_ weights
  std::vector<std::int16_t> down_, across_;  // unless there are eight
};

// Samples of places for one row of a component.
struct SamplePlan {
  static constexpr std::size_t block = 64, group = 8;  // places of bytes are filled up to a group, with outside ones
  std::array<std::int32_t, block> x, y;  // the first sample and row under the kernel; x is `outside` beyond the picture
  std::array<std::int32_t, block> phase_x, phase_y;                            // of bytes: the entry of the table
  alignas(32) std::array<float, block * KernelTable::most_taps> across, down;  // weights of all others
  static constexpr std::int32_t outside = INT32_MIN;
};

// Set the plan of up to SamplePlan::block places, in samples of the component: sample i lies at i + 0.5. `width` and
// `height` are the component's, at most 2^20 for bytes.
void plan_samples(const KernelTable& table, bool bytes, const double* u, const double* v, std::size_t count,
                  std::uint32_t width, std::uint32_t height, SamplePlan& plan);

// Rows of one component, each `rows[y + margin]`; `margin` samples lie before each row and after it. Beyond the picture
// there is the background.
inline constexpr std::int32_t sample_margin = 8;
// Write `count` samples of the plan, rounded to nearest, from 0 to `largest` (floats are not limited).
void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const std::uint8_t* const* rows,
            std::uint8_t background, std::uint8_t largest, std::uint8_t* out);
// The same for four weights (sampler_bytes.cpp).
void sample_four_bytes(const KernelTable& table, const SamplePlan& plan, std::size_t count,
                       const std::uint8_t* const* rows, std::uint8_t background, std::uint8_t* out);
void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const std::uint16_t* const* rows,
            std::uint16_t background, std::uint16_t largest, std::uint16_t* out);
void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const float* const* rows,
            float background, float largest, float* out);

}  // namespace sl

// Four or eight weights across, and as many down, four samples of a row at a time in the compiler's vectors.

#include "libcore/pixels/sampler.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "libcore/pixels/clones.h"

namespace sl {

namespace {

using Four = float __attribute__((vector_size(16)));
using FourWhole = std::int32_t __attribute__((vector_size(16)));
using TwoLong = std::int64_t __attribute__((vector_size(16)));
using Eight = float __attribute__((vector_size(32)));
using EightWhole = std::int32_t __attribute__((vector_size(32)));
using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Shorts = std::uint16_t __attribute__((vector_size(16)));

Four load(const float* in) {
  Four value;
  std::memcpy(&value, in, sizeof(value));
  return value;
}

}  // namespace

KernelTable::KernelTable(Kernel kernel) : nearest_(kernel == Kernel::Nearest) {
  const KernelShape shape = shape_of(kernel);
  taps_ = shape.radius > 2 ? 8 : 4;
  table_.resize((phases + 1) * taps_);
  for (std::size_t phase = 0; phase <= phases; ++phase) {
    const double fraction = static_cast<double>(phase) / phases;
    std::array<double, most_taps> weights{};
    double sum = 0;
    for (std::size_t k = 0; k < taps_; ++k) {
      // Tap k lies k - (taps / 2 - 1) samples after the one before the place.
      const double distance = std::abs(static_cast<double>(k) - (static_cast<double>(taps_) / 2 - 1) - fraction);
      weights[k] = nearest_ ? (k == taps_ / 2 - 1 ? 1 : 0) : distance < shape.radius ? shape.weight(distance) : 0;
      sum += weights[k];
    }
    for (std::size_t k = 0; k < taps_; ++k) table_[phase * taps_ + k] = static_cast<float>(weights[k] / sum);
    if (taps_ == 4) add_integers(weights.data(), sum);
  }
}

void KernelTable::add_integers(const double* weights, double sum) {
  constexpr std::int32_t one = 1 << weight_bits;
  std::array<std::int32_t, 4> whole{};
  std::int32_t rest = one;
  for (std::size_t k = 0; k < 4; ++k) {
    whole[k] = static_cast<std::int32_t>(std::lround(weights[k] / sum * one));
    rest -= whole[k];
  }
  *std::ranges::max_element(whole) += rest;
  for (const std::int32_t weight : whole) {
    const auto narrow = static_cast<std::int16_t>(weight);
    down_.push_back(narrow);
    across_.insert(across_.end(), {narrow, narrow});
  }
}

namespace {

// Weights of a fraction from 0 to 1.
inline __attribute__((always_inline)) void weights(const float* table, std::size_t taps, float fraction, float* out) {
  const float at = fraction * static_cast<float>(KernelTable::phases);
  const auto phase = static_cast<std::size_t>(static_cast<std::int32_t>(at));
  const float between = at - static_cast<float>(phase);
  const float* low = table + std::min(phase, KernelTable::phases - 1) * taps;
  const float t = phase < KernelTable::phases ? between : 1.0f;
  for (std::size_t k = 0; k < taps; k += 4) {
    const Four a = load(low + k), b = load(low + taps + k);
    const Four mixed = a + (b - a) * t;
    std::memcpy(out + k, &mixed, sizeof(mixed));
  }
}

inline __attribute__((always_inline)) void plan_loop(const float* table, std::size_t taps, bool nearest,
                                                     const double* u, const double* v, std::size_t count, double width,
                                                     double height, SamplePlan& plan) {
  const double reach = static_cast<double>(taps) / 2;
  const std::int32_t before = static_cast<std::int32_t>(taps / 2) - 1;
  // The middle of the sample before the place; for the nearest, of the sample around it.
  const double middle = nearest ? 0 : 0.5;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = u[i] - middle, y = v[i] - middle;
    if (!(x > -reach && x < width + reach - 1 && y > -reach && y < height + reach - 1)) {
      plan.x[i] = SamplePlan::outside;
      continue;
    }
    const double column = std::floor(x), row = std::floor(y);
    plan.x[i] = static_cast<std::int32_t>(column) - before;
    plan.y[i] = static_cast<std::int32_t>(row) - before;
    weights(table, taps, static_cast<float>(x - column), plan.across.data() + i * taps);
    weights(table, taps, static_cast<float>(y - row), plan.down.data() + i * taps);
  }
}

// Places and entries of the table, as whole numbers of phases.
SL_FLOAT_CLONES void plan_phases(bool nearest, std::int32_t taps, const double* __restrict u,
                                 const double* __restrict v, std::size_t count, double width, double height,
                                 SamplePlan& plan) {
  constexpr double phases = KernelTable::phases;
  constexpr std::int32_t mask = KernelTable::phases - 1;
  const std::int32_t reach = taps / 2, before = reach - 1;
  const double offset = (nearest ? 0 : -0.5 * phases) + 0.5 + taps * phases;  // above 0 where the kernel is inside
  const double most_x = (width + 2 * taps) * phases, most_y = (height + 2 * taps) * phases;
  for (std::size_t i = 0; i < count; ++i) {
    double x = u[i] * phases + offset, y = v[i] * phases + offset;
    x = x > 0 ? x : 0;  // NaN too
    y = y > 0 ? y : 0;
    plan.x[i] = static_cast<std::int32_t>(x < most_x ? x : most_x);
    plan.y[i] = static_cast<std::int32_t>(y < most_y ? y : most_y);
  }
  const auto low = static_cast<std::uint32_t>(taps - reach);  // the first place with a sample under the kernel
  const auto columns = static_cast<std::uint32_t>(width) + static_cast<std::uint32_t>(taps) - 1;
  const auto rows = static_cast<std::uint32_t>(height) + static_cast<std::uint32_t>(taps) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t column = plan.x[i] >> KernelTable::phase_bits, row = plan.y[i] >> KernelTable::phase_bits;
    const bool inside =
        static_cast<std::uint32_t>(column) - low < columns && static_cast<std::uint32_t>(row) - low < rows;
    plan.phase_x[i] = plan.x[i] & mask;
    plan.phase_y[i] = plan.y[i] & mask;
    plan.x[i] = inside ? column - taps - before : SamplePlan::outside;
    plan.y[i] = row - taps - before;
  }
  for (std::size_t i = count; i % SamplePlan::group != 0; ++i) {
    plan.x[i] = SamplePlan::outside;
    plan.phase_x[i] = plan.phase_y[i] = 0;
  }
}

SL_FLOAT_CLONES void plan_four(const float* table, bool nearest, const double* u, const double* v, std::size_t count,
                               double width, double height, SamplePlan& plan) {
  plan_loop(table, 4, nearest, u, v, count, width, height, plan);
}
SL_FLOAT_CLONES void plan_eight(const float* table, const double* u, const double* v, std::size_t count, double width,
                                double height, SamplePlan& plan) {
  plan_loop(table, 8, false, u, v, count, width, height, plan);
}

template <class T>
inline __attribute__((always_inline)) Four load_samples(const T* in) {
  if constexpr (std::is_same_v<T, float>) {
    return load(in);
  } else {
    // Zeros between the samples make wider ones of them: one instruction where __builtin_convertvector takes ten.
    std::uint64_t samples;
    std::memcpy(&samples, in, sizeof(samples));
    const auto narrow = reinterpret_cast<Shorts>(TwoLong{static_cast<std::int64_t>(samples), 0});
    const auto whole = reinterpret_cast<FourWhole>(__builtin_shufflevector(narrow, Shorts{}, 0, 8, 1, 9, 2, 10, 3, 11));
    return __builtin_convertvector(whole, Four);
  }
}

template <class T, std::size_t taps>
inline __attribute__((always_inline)) void sample_loop(const SamplePlan& plan, std::size_t count, const T* const* rows,
                                                       T background, T largest, T* out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (plan.x[i] == SamplePlan::outside) {
      out[i] = background;
      continue;
    }
    const T* const* row = rows + plan.y[i] + sample_margin;
    const std::ptrdiff_t x = plan.x[i];
    const float *down = plan.down.data() + i * taps, *across = plan.across.data() + i * taps;
    Four sum{};
    for (std::size_t part = 0; part < taps; part += 4) {
      const std::ptrdiff_t at = x + static_cast<std::ptrdiff_t>(part);
      Four column = load_samples(row[0] + at) * down[0];
      for (std::size_t k = 1; k < taps; ++k) column += load_samples(row[k] + at) * down[k];
      const Four weighted = column * load(across + part);
      sum = part == 0 ? weighted : sum + weighted;
    }
    const float value = (sum[0] + sum[2]) + (sum[1] + sum[3]);
    if constexpr (std::is_same_v<T, float>) {
      out[i] = value;
    } else {
      const float most = static_cast<float>(largest);
      const float limited = value > 0 ? (value < most ? value : most) : 0;
      out[i] = static_cast<T>(static_cast<std::int32_t>(limited + 0.5f));
    }
  }
}

// Add four samples of two rows, side by side, times the two weights.
inline __attribute__((always_inline)) void add_rows(const std::uint8_t* one, const std::uint8_t* two,
                                                    const float* weights, Eight& sum) {
  std::uint32_t a, b;
  std::memcpy(&a, one, sizeof(a));
  std::memcpy(&b, two, sizeof(b));
  const auto narrow =
      reinterpret_cast<Bytes>(FourWhole{static_cast<std::int32_t>(a), static_cast<std::int32_t>(b), 0, 0});
  const auto words = reinterpret_cast<Shorts>(
      __builtin_shufflevector(narrow, Bytes{}, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const float c = weights[0], d = weights[1];
  sum += __builtin_convertvector(__builtin_convertvector(words, EightWhole), Eight) * Eight{c, c, c, c, d, d, d, d};
}

SL_FLOAT_CLONES void bytes_eight(const float* table, const SamplePlan& plan, std::size_t count,
                                 const std::uint8_t* const* rows, std::uint8_t background, std::uint8_t* out) {
  constexpr std::size_t taps = 8;
  for (std::size_t i = 0; i < count; ++i) {
    if (plan.x[i] == SamplePlan::outside) {
      out[i] = background;
      continue;
    }
    const std::uint8_t* const* row = rows + plan.y[i] + sample_margin;
    const std::ptrdiff_t x = plan.x[i];
    const float* down = table + static_cast<std::size_t>(plan.phase_y[i]) * taps;
    const float* across = table + static_cast<std::size_t>(plan.phase_x[i]) * taps;
    Four sum{};
    for (std::size_t part = 0; part < taps; part += 4) {
      const std::ptrdiff_t at = x + static_cast<std::ptrdiff_t>(part);
      Eight column{};
      for (std::size_t k = 0; k < taps; k += 2) add_rows(row[k] + at, row[k + 1] + at, down + k, column);
      const Four both =
          __builtin_shufflevector(column, column, 0, 1, 2, 3) + __builtin_shufflevector(column, column, 4, 5, 6, 7);
      const Four weighted = both * load(across + part);
      sum = part == 0 ? weighted : sum + weighted;
    }
    const float value = (sum[0] + sum[2]) + (sum[1] + sum[3]) + 0.5f;
    const float limited = value > 0 ? value : 0;
    const auto code = static_cast<std::int32_t>(limited);
    out[i] = static_cast<std::uint8_t>(code < 255 ? code : 255);
  }
}

SL_FLOAT_CLONES void sample_four(const SamplePlan& plan, std::size_t count, const std::uint16_t* const* rows,
                                 std::uint16_t background, std::uint16_t largest, std::uint16_t* out) {
  sample_loop<std::uint16_t, 4>(plan, count, rows, background, largest, out);
}
SL_FLOAT_CLONES void sample_four(const SamplePlan& plan, std::size_t count, const float* const* rows, float background,
                                 float largest, float* out) {
  sample_loop<float, 4>(plan, count, rows, background, largest, out);
}
SL_FLOAT_CLONES void sample_eight(const SamplePlan& plan, std::size_t count, const std::uint16_t* const* rows,
                                  std::uint16_t background, std::uint16_t largest, std::uint16_t* out) {
  sample_loop<std::uint16_t, 8>(plan, count, rows, background, largest, out);
}
SL_FLOAT_CLONES void sample_eight(const SamplePlan& plan, std::size_t count, const float* const* rows, float background,
                                  float largest, float* out) {
  sample_loop<float, 8>(plan, count, rows, background, largest, out);
}

template <class T>
void sample_any(const KernelTable& table, const SamplePlan& plan, std::size_t count, const T* const* rows, T background,
                T largest, T* out) {
  if (table.taps() == 4) return sample_four(plan, count, rows, background, largest, out);
  sample_eight(plan, count, rows, background, largest, out);
}

}  // namespace

void plan_samples(const KernelTable& table, bool bytes, const double* u, const double* v, std::size_t count,
                  std::uint32_t width, std::uint32_t height, SamplePlan& plan) {
  const auto taps = static_cast<std::int32_t>(table.taps());
  if (bytes) return plan_phases(table.is_nearest(), taps, u, v, count, width, height, plan);
  if (taps == 4) return plan_four(table.data(), table.is_nearest(), u, v, count, width, height, plan);
  plan_eight(table.data(), u, v, count, width, height, plan);
}

void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const std::uint8_t* const* rows,
            std::uint8_t background, std::uint8_t /*largest*/, std::uint8_t* out) {
  if (table.taps() == 4) return sample_four_bytes(table, plan, count, rows, background, out);
  bytes_eight(table.data(), plan, count, rows, background, out);
}
void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const std::uint16_t* const* rows,
            std::uint16_t background, std::uint16_t largest, std::uint16_t* out) {
  sample_any(table, plan, count, rows, background, largest, out);
}
void sample(const KernelTable& table, const SamplePlan& plan, std::size_t count, const float* const* rows,
            float background, float largest, float* out) {
  sample_any(table, plan, count, rows, background, largest, out);
}

}  // namespace sl

// Medians: of 3x3 by exchanges that the vectoriser takes, of larger squares by a histogram that moves along the row
// (T. S. Huang, G. J. Yang, G. Y. Tang: A Fast Two-Dimensional Median Filtering Algorithm, 1979).

#include "libcore/pixels/rank.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "libcore/pixels/clones.h"

namespace sl {

namespace {

// Sort each column of three samples.
template <class T>
[[gnu::always_inline]] inline void sort_columns(const T* __restrict above, const T* __restrict own,
                                                const T* __restrict below, std::size_t count, T* __restrict low,
                                                T* __restrict middle, T* __restrict high) {
  for (std::size_t i = 0; i < count; ++i) {
    const T a = std::min(above[i], own[i]), b = std::max(above[i], own[i]), c = below[i];
    low[i] = std::min(a, c);
    high[i] = std::max(b, c);
    middle[i] = std::max(a, std::min(b, c));
  }
}

// The median of nine is the middle one of the largest low, the middle middle and the smallest high value of three
// columns, `step` samples apart.
template <class T>
[[gnu::always_inline]] inline void middle_of_columns(const T* __restrict low, const T* __restrict middle,
                                                     const T* __restrict high, std::size_t count, std::size_t step,
                                                     T* __restrict out) {
  const auto middle_of = [](T a, T b, T c) { return std::max(std::min(a, b), std::min(std::max(a, b), c)); };
  for (std::size_t i = 0; i < count; ++i) {
    const T largest_low = std::max(std::max(low[i], low[i + step]), low[i + 2 * step]);
    const T smallest_high = std::min(std::min(high[i], high[i + step]), high[i + 2 * step]);
    out[i] = middle_of(largest_low, middle_of(middle[i], middle[i + step], middle[i + 2 * step]), smallest_high);
  }
}

// Rows with the low, middle and high values of columns.
template <class T>
struct Columns {
  T *low, *middle, *high;
};

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type.
#define SL_MEDIAN_OF_NINE(T)                                                                            \
  SL_CLONES void sort(const T* above, const T* own, const T* below, std::size_t count, Columns<T> to) { \
    sort_columns(above, own, below, count, to.low, to.middle, to.high);                                 \
  }                                                                                                     \
  SL_CLONES void merge(Columns<T> from, std::size_t count, std::size_t step, T* out) {                  \
    middle_of_columns(from.low, from.middle, from.high, count, step, out);                              \
  }
// NOLINTEND(bugprone-macro-parentheses)
SL_MEDIAN_OF_NINE(std::uint8_t)
SL_MEDIAN_OF_NINE(std::uint16_t)
SL_MEDIAN_OF_NINE(float)
#undef SL_MEDIAN_OF_NINE

template <class T>
void median_of_nine(std::span<const T* const> rows, std::size_t width, std::size_t step, T* out) {
  const std::size_t count = width * step, padded = count + 2 * step;
  static thread_local std::vector<T> memory;
  memory.resize(3 * padded);
  T* const first = memory.data();
  sort(rows[0], rows[1], rows[2], count, Columns<T>{first + step, first + step + padded, first + step + 2 * padded});
  for (T* row : {first, first + padded, first + 2 * padded}) {
    std::copy_n(row + step, step, row);
    std::copy_n(row + count, step, row + count + step);
  }
  merge(Columns<T>{first, first + padded, first + 2 * padded}, count, step, out);
}

// Counts of values, in two levels: all with one high byte, and each.
template <class T>
class Histogram {
 public:
  void clear() {
    std::ranges::fill(coarse_, 0);
    std::ranges::fill(fine_, 0);
  }
  void add(T value, int by) {
    coarse_[value >> shift] += by;
    fine_[value] += by;
  }
  // Return the value that is number `rank` (from 0) in order.
  [[nodiscard]] T at(int rank) const {
    std::size_t high = 0;
    while (rank >= coarse_[high]) rank -= coarse_[high++];
    std::size_t value = high << shift;
    while (rank >= fine_[value]) rank -= fine_[value++];
    return static_cast<T>(value);
  }

 private:
  static constexpr int shift = sizeof(T) * 4;
  std::vector<int> coarse_ = std::vector<int>(std::size_t{1} << shift);
  std::vector<int> fine_ = std::vector<int>(std::size_t{1} << (8 * sizeof(T)));
};

template <class T>
void median_by_histogram(std::span<const T* const> rows, std::size_t width, std::size_t step, T* out) {
  static thread_local Histogram<T> histogram;
  const auto radius = static_cast<std::ptrdiff_t>(rows.size() / 2), last = static_cast<std::ptrdiff_t>(width) - 1;
  const int rank = static_cast<int>(rows.size() * rows.size() / 2);
  for (std::size_t component = 0; component < step; ++component) {
    const auto add_column = [&](std::ptrdiff_t x, int by) {
      const std::size_t at = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(x, 0, last)) * step + component;
      for (const T* row : rows) histogram.add(row[at], by);
    };
    histogram.clear();
    for (std::ptrdiff_t x = -radius; x <= radius; ++x) add_column(x, 1);
    for (std::ptrdiff_t x = 0; x <= last; ++x) {
      out[static_cast<std::size_t>(x) * step + component] = histogram.at(rank);
      add_column(x - radius, -1);
      add_column(x + radius + 1, 1);
    }
  }
}

// Floats have no histogram.
void median_by_selection(std::span<const float* const> rows, std::size_t width, std::size_t step, float* out) {
  const auto radius = static_cast<std::ptrdiff_t>(rows.size() / 2), last = static_cast<std::ptrdiff_t>(width) - 1;
  std::vector<float> values(rows.size() * rows.size());
  for (std::size_t i = 0; i < width * step; ++i) {
    const auto x = static_cast<std::ptrdiff_t>(i / step);
    auto to = values.begin();
    for (const float* row : rows) {
      for (std::ptrdiff_t column = x - radius; column <= x + radius; ++column) {
        *to++ = row[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(column, 0, last)) * step + i % step];
      }
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    out[i] = *middle;
  }
}

}  // namespace

template <class T>
void median_row(std::span<const T* const> rows, std::size_t width, std::size_t step, T* out) {
  if (rows.size() == 1) {
    std::copy_n(rows[0], width * step, out);
  } else if (rows.size() == 3) {
    median_of_nine(rows, width, step, out);
  } else if constexpr (std::is_floating_point_v<T>) {
    median_by_selection(rows, width, step, out);
  } else {
    median_by_histogram(rows, width, step, out);
  }
}

template void median_row(std::span<const std::uint8_t* const>, std::size_t, std::size_t, std::uint8_t*);
template void median_row(std::span<const std::uint16_t* const>, std::size_t, std::size_t, std::uint16_t*);
template void median_row(std::span<const float* const>, std::size_t, std::size_t, float*);

}  // namespace sl

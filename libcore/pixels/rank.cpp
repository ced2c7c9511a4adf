// Medians: of 3x3 by exchanges that the vectoriser takes, of larger squares by a histogram that moves along the row
// (T. S. Huang, G. J. Yang, G. Y. Tang: A Fast Two-Dimensional Median Filtering Algorithm, 1979).

#include "libcore/pixels/rank.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sl {

namespace {

// Each column is sorted once; the median of nine is the middle one of the largest low, the middle middle and the
// smallest high value of three columns.
template <class T>
void median_of_nine(std::span<const T* const> rows, std::size_t width, std::size_t step, T* out) {
  const std::size_t count = width * step;
  static thread_local std::vector<T> memory;
  const std::size_t padded = count + 2 * step;
  memory.resize(3 * padded);
  T* const low = memory.data() + step;
  T* const middle = low + padded;
  T* const high = middle + padded;
  const T *above = rows[0], *own = rows[1], *below = rows[2];
  for (std::size_t i = 0; i < count; ++i) {
    const T a = std::min(above[i], own[i]), b = std::max(above[i], own[i]), c = below[i];
    low[i] = std::min(a, c);
    high[i] = std::max(b, c);
    middle[i] = std::max(a, std::min(b, c));
  }
  for (T* row : {low, middle, high}) {
    std::copy_n(row, step, row - step);
    std::copy_n(row + count - step, step, row + count);
  }
  const auto middle_of = [](T a, T b, T c) { return std::max(std::min(a, b), std::min(std::max(a, b), c)); };
  const T *l = low - step, *m = middle - step, *h = high - step;
  for (std::size_t i = 0; i < count; ++i) {
    const T largest_low = std::max(std::max(l[i], l[i + step]), l[i + 2 * step]);
    const T smallest_high = std::min(std::min(h[i], h[i + step]), h[i + 2 * step]);
    out[i] = middle_of(largest_low, middle_of(m[i], m[i + step], m[i + 2 * step]), smallest_high);
  }
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

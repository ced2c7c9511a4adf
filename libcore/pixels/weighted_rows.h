// A ring of rows of one component, and output rows that are weighted sums of them: first down the columns, to as many
// rows as weigh::lanes, then along these.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "libcore/pixels/axis.h"
#include "libcore/pixels/weigh.h"

namespace sl::separable {

// Memory to make rows in: one for each thread.
class Scratch {
 public:
  enum Use : std::uint8_t { Down, Lanes, Across, Weights, Result };
  // Return memory for so many samples; valid until the next call for the same use.
  template <class T>
  [[nodiscard]] T* room(Use use, std::size_t samples) {
    std::vector<std::byte>& memory = memory_[use];
    if (memory.size() < samples * sizeof(T)) memory.resize(samples * sizeof(T));
    return reinterpret_cast<T*>(memory.data());
  }
  std::vector<double> exact;

 private:
  std::array<std::vector<std::byte>, 5> memory_;
};

// Taps from `first` on, moved to where a pair begins, with weights of 0 to fill the pairs.
template <class T>
struct AlignedTaps {
  static constexpr std::uint32_t pair = weigh::pair<T>;
  explicit AlignedTaps(Axis::Span span)
      : before(span.first % pair), first(span.first / pair), count((before + span.count + pair - 1) / pair) {}
  std::uint32_t before, first, count;  // weights to skip; pairs
  [[nodiscard]] std::size_t weights() const { return std::size_t{count} * pair; }
};

// Write the weights as the loops take them: integers whose sum is exactly 1, for the sums up to each are rounded; or
// floats.
void write_weights(const std::vector<double>& exact, std::int16_t* weights);
void write_weights(const std::vector<double>& exact, float* weights);

// The taps of all columns; adjacent ones with the same weights share them.
template <class T>
struct ColumnTaps {
  explicit ColumnTaps(const Axis& axis) {
    std::vector<double> exact, previous;
    std::uint32_t before = 0;
    std::size_t offset = 0;
    for (std::uint32_t j = 0; j < axis.out(); ++j) {
      const AlignedTaps<T> taps(axis.taps(j, exact));
      if (j == 0 || taps.before != before || exact != previous) {
        offset = weights.size();
        weights.resize(offset + taps.weights());
        write_weights(exact, weights.data() + offset + taps.before);
        previous = exact;
        before = taps.before;
      }
      columns.push_back({taps.first, taps.count, offset});
    }
  }
  std::vector<weigh::Column> columns;
  std::vector<T> weights;
};

// T is int16_t for samples of 8 bits, float for all others. Rows in and out are bytes, or sums (int16_t, with
// weigh::sum_bits); or floats.
template <class T>
class WeightedRows {
 public:
  WeightedRows(const Axis& columns, Axis rows)
      : rows_(std::move(rows)), width_(columns.in()), stride_(weigh::padded(width_)), columns_(columns) {}

  [[nodiscard]] const Axis& rows() const { return rows_; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t out_width() const { return columns_.columns.size(); }
  [[nodiscard]] std::uint64_t row_bytes() const { return stride_ * sizeof(T); }
  [[nodiscard]] std::uint64_t scratch_bytes() const {
    return weigh::lanes * (2 * stride_ + weigh::padded(out_width())) * sizeof(T);
  }

  // Keep the last `rows` rows that are loaded.
  void reserve(std::uint32_t rows) {
    kept_pairs_ = rows / pair + 2;
    kept_.resize(stride_ * pair * kept_pairs_);
  }

  // Return memory for row `y` of floats.
  [[nodiscard]] float* place(std::uint32_t y) { return kept_.data() + place_of(y); }
  template <class In>
  void load(std::uint32_t y, const In* row) {
    if constexpr (integers) {
      bits_ = std::is_same_v<In, std::int16_t> ? weigh::sum_bits : 0;
      weigh::load(row, width_, y, kept_.data() + place_of(y / pair));
    } else {
      std::copy_n(row, width_, place(y));
    }
  }

  // Make output rows `first` to `first + count - 1`, at most weigh::lanes. Several threads may do so at a time.
  template <class Out>
  void make(std::uint32_t first, std::uint32_t count, Out* const* out, Scratch& scratch) const {
    T* const down = scratch.room<T>(Scratch::Down, weigh::lanes * stride_);
    T* const lanes = scratch.room<T>(Scratch::Lanes, weigh::lanes * stride_);
    Out* const across = scratch.room<Out>(Scratch::Across, weigh::lanes * weigh::padded(out_width()));
    for (std::uint32_t r = 0; r < count; ++r) sum_rows(first + r, down + r * stride_, scratch);
    weigh::to_lanes(down, stride_, width_, lanes);
    weigh::columns(lanes, columns_.columns.data(), out_width(), columns_.weights.data(), across);
    weigh::from_lanes(across, out_width(), count, out);
  }

 private:
  static constexpr std::uint32_t pair = weigh::pair<T>;
  static constexpr bool integers = std::is_same_v<T, std::int16_t>;

  [[nodiscard]] std::size_t place_of(std::uint32_t row_pair) const { return stride_ * pair * (row_pair % kept_pairs_); }

  void sum_rows(std::uint32_t j, T* out, Scratch& scratch) const {
    const AlignedTaps<T> taps(rows_.taps(j, scratch.exact));
    const std::size_t pointers = taps.count * sizeof(const T*);
    std::byte* const memory = scratch.room<std::byte>(Scratch::Weights, pointers + taps.weights() * sizeof(T));
    auto** const rows = reinterpret_cast<const T**>(memory);
    T* const weights = reinterpret_cast<T*>(memory + pointers);
    std::fill_n(weights, taps.weights(), T{});
    write_weights(scratch.exact, weights + taps.before);
    for (std::uint32_t k = 0; k < taps.count; ++k) rows[k] = kept_.data() + place_of(taps.first + k);
    if constexpr (integers) {
      weigh::rows(rows, weights, taps.count, stride_, bits_, out);
    } else {
      weigh::rows(rows, weights, taps.count, stride_, out);
    }
  }

  Axis rows_;
  std::size_t width_, stride_;
  ColumnTaps<T> columns_;
  std::vector<T> kept_;
  std::uint32_t kept_pairs_ = 1;
  int bits_ = 0;  // of kept integers, below the point
};

}  // namespace sl::separable

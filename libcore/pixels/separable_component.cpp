// Rows to rows: first down the columns, from the ring to `lanes` rows; then along them.

#include "libcore/pixels/separable_component.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <type_traits>
#include <utility>

#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/weigh.h"

namespace sl::separable {

namespace {

using weigh::lanes;

template <class T>
T* room(std::vector<std::byte>& memory, std::size_t samples) {
  if (memory.size() < samples * sizeof(T)) memory.resize(samples * sizeof(T));
  return reinterpret_cast<T*>(memory.data());
}

// Taps from `first` on, moved to where a pair begins, with weights of 0 to fill the pairs.
template <class T>
struct Aligned {
  static constexpr std::uint32_t pair = weigh::pair<T>;
  explicit Aligned(Axis::Span span)
      : before(span.first % pair), first(span.first / pair), count((before + span.count + pair - 1) / pair) {}
  std::uint32_t before, first, count;  // weights to skip; pairs
  [[nodiscard]] std::size_t weights() const { return std::size_t{count} * pair; }
};

// The integers nearest to the weights whose sum is exactly 1: the sums up to each weight are rounded.
void round_weights(const std::vector<double>& exact, std::int16_t* weights) {
  constexpr double unit = 1 << weigh::weight_bits;
  double sum = 0;
  std::int32_t before = 0;
  for (const double weight : exact) {
    sum += weight * unit;
    const auto upto = static_cast<std::int32_t>(std::lround(sum));
    *weights++ = static_cast<std::int16_t>(upto - before);
    before = upto;
  }
}
void round_weights(const std::vector<double>& exact, float* weights) {
  std::ranges::transform(exact, weights, [](double weight) { return static_cast<float>(weight); });
}

// The taps of all columns; adjacent ones with the same weights share them.
template <class T>
struct Columns {
  explicit Columns(const Axis& axis) {
    std::vector<double> exact, previous;
    std::uint32_t before = 0;
    std::size_t offset = 0;
    for (std::uint32_t j = 0; j < axis.out(); ++j) {
      const Aligned<T> taps(axis.taps(j, exact));
      if (j == 0 || taps.before != before || exact != previous) {
        offset = weights.size();
        weights.resize(offset + taps.weights());
        round_weights(exact, weights.data() + offset + taps.before);
        previous = exact;
        before = taps.before;
      }
      columns.push_back({taps.first, taps.count, offset});
    }
  }
  std::vector<weigh::Column> columns;
  std::vector<T> weights;
};

template <class T>
class ComponentOf : public Component {
 public:
  ComponentOf(const PixelFormat& format, const Axis& columns, const Axis& rows)
      : Component(rows), format_(format), width_(columns.in()), stride_(weigh::padded(width_)), columns_(columns) {}

  void reserve(std::uint32_t rows) override {
    kept_pairs_ = rows / pair + 2;
    kept_.resize(stride_ * pair * kept_pairs_);
  }

  void load(std::uint32_t y, const std::byte* row) override {
    T* out = kept_.data() + place_of(y / pair);
    if constexpr (integers) {
      weigh::load(reinterpret_cast<const std::uint8_t*>(row), width_, y, out);
    } else {
      convert::load_row(format_, row, width_, out);
    }
  }

  void make(std::uint32_t first, std::uint32_t count, std::byte* const* out, Scratch& scratch) const override {
    T* const rows = room<T>(scratch.rows, lanes * stride_);
    T* const side_by_side = room<T>(scratch.lanes, lanes * stride_);
    auto* const made = room<Made>(scratch.columns, lanes * weigh::padded(out_width()));
    for (std::uint32_t r = 0; r < count; ++r) down(first + r, rows + r * stride_, scratch);
    weigh::to_lanes(rows, stride_, width_, side_by_side);
    weigh::columns(side_by_side, columns_.columns.data(), out_width(), columns_.weights.data(), made);
    store(made, count, out, scratch);
  }

  [[nodiscard]] std::uint64_t row_bytes() const override { return stride_ * sizeof(T); }
  [[nodiscard]] std::uint64_t scratch_bytes() const override {
    return lanes * (2 * stride_ + weigh::padded(out_width())) * sizeof(T);
  }

 private:
  static constexpr std::uint32_t pair = weigh::pair<T>;
  static constexpr bool integers = std::is_same_v<T, std::int16_t>;
  using Made = std::conditional_t<integers, std::uint8_t, float>;

  [[nodiscard]] std::size_t out_width() const { return columns_.columns.size(); }
  [[nodiscard]] std::size_t place_of(std::uint32_t row_pair) const { return stride_ * pair * (row_pair % kept_pairs_); }

  // The weighted sum of the rows around output row `j`.
  void down(std::uint32_t j, T* out, Scratch& scratch) const {
    const Aligned<T> taps(rows_.taps(j, scratch.exact));
    const std::size_t pointers = taps.count * sizeof(const T*);
    std::byte* const memory = room<std::byte>(scratch.weights, pointers + taps.weights() * sizeof(T));
    auto** const rows = reinterpret_cast<const T**>(memory);
    T* const weights = reinterpret_cast<T*>(memory + pointers);
    std::fill_n(weights, taps.weights(), T{});
    round_weights(scratch.exact, weights + taps.before);
    for (std::uint32_t k = 0; k < taps.count; ++k) rows[k] = kept_.data() + place_of(taps.first + k);
    weigh::rows(rows, weights, taps.count, stride_, out);
  }

  void store(const Made* made, std::uint32_t count, std::byte* const* out, Scratch& scratch) const {
    if constexpr (integers) {
      weigh::from_lanes(made, out_width(), count, reinterpret_cast<std::uint8_t* const*>(out));
    } else {
      std::array<float*, lanes> rows;
      float* const memory = room<float>(scratch.rows, lanes * out_width());
      for (std::size_t r = 0; r < lanes; ++r) rows[r] = memory + r * out_width();
      weigh::from_lanes(made, out_width(), count, rows.data());
      for (std::uint32_t r = 0; r < count; ++r) convert::store_row(format_, rows[r], out_width(), out[r]);
    }
  }

  const PixelFormat& format_;
  std::size_t width_, stride_;
  Columns<T> columns_;
  std::vector<T> kept_;
  std::uint32_t kept_pairs_ = 1;
};

}  // namespace

std::unique_ptr<Component> make_component(const PixelFormat& format, const Axis& columns, const Axis& rows) {
  if (format.sample == Sample::U8) return std::make_unique<ComponentOf<std::int16_t>>(format, columns, rows);
  return std::make_unique<ComponentOf<float>>(format, columns, rows);
}

}  // namespace sl::separable

// Components that are one ring of rows; the way between samples of a format and those of the loops.

#include "libcore/pixels/separable_component.h"

#include "libcore/pixels/convert/rows.h"

namespace sl::separable {

void write_weights(const std::vector<double>& exact, std::int16_t* weights) {
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

void write_weights(const std::vector<double>& exact, float* weights) {
  std::ranges::transform(exact, weights, [](double weight) { return static_cast<float>(weight); });
}

void load_samples(const PixelFormat& /*format*/, std::uint32_t y, const std::byte* row,
                  WeightedRows<std::int16_t>& rows) {
  rows.load(y, reinterpret_cast<const std::uint8_t*>(row));
}

void load_samples(const PixelFormat& format, std::uint32_t y, const std::byte* row, WeightedRows<float>& rows) {
  convert::load_row(format, row, rows.width(), rows.place(y));
}

void make_samples(const PixelFormat& /*format*/, const WeightedRows<std::int16_t>& rows, std::uint32_t first,
                  std::uint32_t count, std::byte* const* out, Scratch& scratch) {
  rows.make(first, count, reinterpret_cast<std::uint8_t* const*>(out), scratch);
}

void make_samples(const PixelFormat& format, const WeightedRows<float>& rows, std::uint32_t first, std::uint32_t count,
                  std::byte* const* out, Scratch& scratch) {
  const std::size_t width = rows.out_width();
  float* const memory = scratch.room<float>(Scratch::Result, weigh::lanes * width);
  std::array<float*, weigh::lanes> made;
  for (std::size_t r = 0; r < weigh::lanes; ++r) made[r] = memory + r * width;
  rows.make(first, count, made.data(), scratch);
  for (std::uint32_t r = 0; r < count; ++r) convert::store_row(format, made[r], width, out[r]);
}

namespace {

template <class T>
class OneRing : public Component {
 public:
  OneRing(const PixelFormat& format, const Axis& columns, const Axis& rows) : format_(format), rows_(columns, rows) {}
  [[nodiscard]] const Axis& rows() const override { return rows_.rows(); }
  std::uint64_t reserve(std::uint32_t rows, bool measure) override {
    if (!measure) rows_.reserve(rows);
    return rows_.row_bytes() * rows;
  }
  void load(std::uint32_t y, const std::byte* row) override { load_samples(format_, y, row, rows_); }
  void make(std::uint32_t first, std::uint32_t count, std::byte* const* out, Scratch& scratch) const override {
    make_samples(format_, rows_, first, count, out, scratch);
  }
  [[nodiscard]] std::uint64_t scratch_bytes() const override { return rows_.scratch_bytes(); }

 private:
  const PixelFormat& format_;
  WeightedRows<T> rows_;
};

}  // namespace

std::unique_ptr<Component> make_component(const PixelFormat& format, const Axis& columns, const Axis& rows) {
  if (format.sample == Sample::U8) return std::make_unique<OneRing<std::int16_t>>(format, columns, rows);
  return std::make_unique<OneRing<float>>(format, columns, rows);
}

}  // namespace sl::separable

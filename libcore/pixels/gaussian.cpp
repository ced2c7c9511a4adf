// One pass for narrow Gaussians, three for wide ones: to a coarse grid, on it, and back.

#include "libcore/pixels/gaussian.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace sl::separable {

namespace {

constexpr double cut_off = 4;  // standard deviations

Axis gaussian_axis(std::uint32_t in, std::uint32_t out, double first, double step, double sigma) {
  return {in, out, first, step, std::floor(cut_off * sigma + 0.5), [sigma](double x) {
            return sigma == 0 ? (x == 0 ? 1.0 : 0.0) : std::exp(-x * x / (2 * sigma * sigma));
          }};
}

// The three Gaussians of one axis. The first and the last have 0.7 grid steps as standard deviation: what they pass of
// frequencies that the grid does not hold is exp(-0.7^2 (2 pi)^2 / 2), less than 1e-4.
class Passes {
 public:
  Passes(std::uint32_t samples, double sigma) : samples_(samples) {
    // Steps small enough that the Gaussian on the grid is no narrower than a step.
    const double finest = std::floor(sigma / 1.5), usual = std::max(8.0, std::floor(sigma / 5));
    step_ = static_cast<std::uint32_t>(std::clamp(std::min(finest, usual), 1.0, 4096.0));
    if (step_ == 1) {
      on_grid_ = sigma;
    } else {
      outer_ = 0.7 * step_;
      on_grid_ = std::sqrt(sigma * sigma - 2 * outer_ * outer_) / step_;
      // Beyond both edges, as far as the samples inside are made of it.
      margin_ = static_cast<std::uint32_t>(std::ceil(cut_off * on_grid_) + std::ceil(cut_off * 0.7) + 2);
    }
    grid_ = (samples - 1) / step_ + 1 + 2 * margin_;
  }

  [[nodiscard]] bool direct() const { return step_ == 1; }
  [[nodiscard]] std::uint32_t step() const { return step_; }
  [[nodiscard]] std::uint32_t margin() const { return margin_; }
  [[nodiscard]] Axis to_grid() const {
    return gaussian_axis(samples_, grid_, -static_cast<double>(margin_) * step_, step_, outer_);
  }
  [[nodiscard]] Axis on_grid() const { return gaussian_axis(grid_, grid_, 0, 1, on_grid_); }
  // Radii are not rounded here, since samples lie between those of the grid.
  [[nodiscard]] Axis from_grid() const {
    const double sigma = outer_ / step_;
    return {grid_,
            samples_,
            static_cast<double>(margin_),
            1.0 / step_,
            cut_off * sigma,
            [sigma](double x) {
              return sigma == 0 ? 1.0 : std::exp(-x * x / (2 * sigma * sigma)); }};
  }
  // All three, as far as they reach in samples.
  [[nodiscard]] Axis all() const {
    const double grid_radius = (std::ceil(cut_off * on_grid_) + std::ceil(cut_off * 0.7) + 1) * step_;
    return {samples_, samples_, 0, 1, grid_radius + std::ceil(cut_off * outer_), [](double) { return 1.0; }};
  }

 private:
  std::uint32_t samples_, step_ = 1, margin_ = 0, grid_ = 0;
  double outer_ = 0, on_grid_ = 0;  // standard deviations, of samples and of grid steps
};

// A pass whose rows are made as soon as its input allows, a full set of lanes at a time.
template <class T>
class EagerPass {
 public:
  EagerPass(const Axis& columns, const Axis& rows) : rows_(columns, rows), made_(weigh::lanes * columns.out()) {
    for (std::size_t r = 0; r < weigh::lanes; ++r) places_[r] = made_.data() + r * columns.out();
  }

  [[nodiscard]] WeightedRows<T>& rows() { return rows_; }
  void start() { done_ = 0; }

  std::uint64_t reserve(bool measure) {
    const double reach = std::min(rows_.rows().reach_of(weigh::lanes), static_cast<double>(rows_.rows().in()));
    const auto kept = static_cast<std::uint32_t>(reach) + 2;
    if (!measure) rows_.reserve(kept);
    return kept * rows_.row_bytes() + rows_.scratch_bytes();
  }

  // `loaded` input rows have come. Call next(y, row) for each row that is made of them.
  template <class Next>
  void advance(std::uint32_t loaded, Scratch& scratch, Next next) {
    const Axis& axis = rows_.rows();
    while (done_ < axis.out()) {
      const std::uint32_t count = std::min<std::uint32_t>(weigh::lanes, axis.out() - done_);
      const Axis::Span reach = axis.reach(done_ + count - 1);
      if (reach.first + reach.count > loaded) return;
      rows_.make(done_, count, places_.data(), scratch);
      for (std::uint32_t r = 0; r < count; ++r) next(done_ + r, static_cast<const T*>(places_[r]));
      done_ += count;
    }
  }

 private:
  WeightedRows<T> rows_;
  std::vector<T> made_;
  std::array<T*, weigh::lanes> places_;
  std::uint32_t done_ = 0;
};

// Rows of samples become rows of the grid as they are loaded; the last pass is made by several threads.
template <class T>
class Coarse : public Component {
 public:
  Coarse(const PixelFormat& format, const Passes& columns, const Passes& rows)
      : format_(format),
        step_(rows.step()),
        margin_(rows.margin()),
        all_(rows.all()),
        to_grid_(columns.to_grid(), rows.to_grid()),
        on_grid_(columns.on_grid(), rows.on_grid()),
        from_grid_(columns.from_grid(), rows.from_grid()) {}

  [[nodiscard]] const Axis& rows() const override { return all_; }
  [[nodiscard]] std::uint32_t delay() const override { return 2 * weigh::lanes * step_; }

  std::uint64_t reserve(std::uint32_t rows, bool measure) override {
    const std::uint32_t kept =
        std::min<std::uint32_t>(rows / step_ + 2 * margin_ + 4 * weigh::lanes, from_grid_.rows().in());
    if (!measure) from_grid_.reserve(kept);
    return to_grid_.reserve(measure) + on_grid_.reserve(measure) + kept * from_grid_.row_bytes();
  }

  void load(std::uint32_t y, const std::byte* row) override {
    if (y == 0) {
      to_grid_.start();
      on_grid_.start();
    }
    load_samples(format_, y, row, to_grid_.rows());
    to_grid_.advance(y + 1, scratch_, [this](std::uint32_t g, const T* reduced) {
      on_grid_.rows().load(g, reduced);
      on_grid_.advance(g + 1, scratch_, [this](std::uint32_t b, const T* blurred) { from_grid_.load(b, blurred); });
    });
  }

  void make(std::uint32_t first, std::uint32_t count, std::byte* const* out, Scratch& scratch) const override {
    make_samples(format_, from_grid_, first, count, out, scratch);
  }
  [[nodiscard]] std::uint64_t scratch_bytes() const override { return from_grid_.scratch_bytes(); }

 private:
  const PixelFormat& format_;
  std::uint32_t step_, margin_;
  Axis all_;
  EagerPass<T> to_grid_, on_grid_;
  WeightedRows<T> from_grid_;
  Scratch scratch_;
};

}  // namespace

Axis gaussian_axis(std::uint32_t samples, double sigma) { return gaussian_axis(samples, samples, 0, 1, sigma); }

std::unique_ptr<Component> make_gaussian(const PixelFormat& format, std::uint32_t width, std::uint32_t height,
                                         double sigma_x, double sigma_y) {
  const Passes columns(width, sigma_x), rows(height, sigma_y);
  if (columns.direct() && rows.direct()) return make_component(format, columns.on_grid(), rows.on_grid());
  if (format.sample == Sample::U8) return std::make_unique<Coarse<std::int16_t>>(format, columns, rows);
  return std::make_unique<Coarse<float>>(format, columns, rows);
}

}  // namespace sl::separable

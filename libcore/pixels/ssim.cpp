// The window is separable: first along columns, then along rows.

#include "libcore/pixels/ssim.h"

#include <cmath>

namespace sl {

namespace {

constexpr std::size_t radius = Ssim::size / 2;

// Mirror an index at the edges, which are repeated: -1 is 0.
std::size_t mirrored(std::ptrdiff_t index, std::size_t count) {
  const auto last = static_cast<std::ptrdiff_t>(count) - 1;
  while (index < 0 || index > last) index = index < 0 ? -1 - index : 2 * last + 1 - index;
  return static_cast<std::size_t>(index);
}

}  // namespace

Ssim::Ssim(std::uint32_t width, std::uint32_t height)
    : width_(width), height_(height), margin_(width < size ? radius : 0) {
  double sum = 0;
  std::array<double, size> exact{};
  for (std::size_t i = 0; i < size; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(radius);
    sum += exact[i] = std::exp(-distance * distance / (2 * 1.5 * 1.5));
  }
  for (std::size_t i = 0; i < size; ++i) weights_[i] = static_cast<float>(exact[i] / sum);
  for (std::size_t i = 0; i < size; ++i) {
    rows_a_[i].resize(width_);
    rows_b_[i].resize(width_);
  }
  for (std::size_t i = 0; i < means; ++i) {
    column_means_[i].resize(width_ + 2 * margin_);
    window_means_[i].resize(width_ + 2 * margin_ - (size - 1));
  }
}

void Ssim::add(const float* a, const float* b) {
  // Variances do not change if all values are moved, and have smaller errors around 0.
  for (std::size_t x = 0; x < width_; ++x) {
    rows_a_[next_ % size][x] = a[x] - 0.5f;
    rows_b_[next_ % size][x] = b[x] - 0.5f;
  }
  ++next_;
  if (height_ >= size && next_ >= size) add_windows(next_ - 1 - static_cast<std::uint32_t>(radius));
  if (height_ < size && next_ == height_) {
    for (std::uint32_t y = 0; y < height_; ++y) add_windows(y);
  }
}

// Add the windows around the pixels of row `y`.
void Ssim::add_windows(std::uint32_t y) {
  std::array<float*, means> column{};
  for (std::size_t i = 0; i < means; ++i) {
    std::fill(column_means_[i].begin(), column_means_[i].end(), 0.0f);
    column[i] = column_means_[i].data() + margin_;
  }
  for (std::size_t k = 0; k < size; ++k) {
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(y + k) - static_cast<std::ptrdiff_t>(radius);
    const float* a = rows_a_[mirrored(row, height_) % size].data();
    const float* b = rows_b_[mirrored(row, height_) % size].data();
    const float weight = weights_[k];
    float *mean_a = column[0], *mean_b = column[1], *square_a = column[2], *square_b = column[3], *product = column[4];
    for (std::size_t x = 0; x < width_; ++x) {
      const float weighted_a = weight * a[x], weighted_b = weight * b[x];
      mean_a[x] += weighted_a;
      mean_b[x] += weighted_b;
      square_a[x] += weighted_a * a[x];
      square_b[x] += weighted_b * b[x];
      product[x] += weighted_a * b[x];
    }
  }
  const std::size_t count = window_means_[0].size();
  for (std::size_t i = 0; i < means; ++i) {
    for (std::size_t m = 0; m < margin_; ++m) {
      column[i][-1 - static_cast<std::ptrdiff_t>(m)] = column[i][mirrored(-1 - static_cast<std::ptrdiff_t>(m), width_)];
      column[i][width_ + m] = column[i][mirrored(static_cast<std::ptrdiff_t>(width_ + m), width_)];
    }
    const float* in = column_means_[i].data();
    float* out = window_means_[i].data();
    for (std::size_t x = 0; x < count; ++x) out[x] = weights_[0] * in[x];
    for (std::size_t k = 1; k < size; ++k) {
      for (std::size_t x = 0; x < count; ++x) out[x] += weights_[k] * in[x + k];
    }
  }
  constexpr float c1 = 0.01f * 0.01f, c2 = 0.03f * 0.03f;
  for (std::size_t x = 0; x < count; ++x) {
    const float a = window_means_[0][x], b = window_means_[1][x];
    const float variance_a = window_means_[2][x] - a * a, variance_b = window_means_[3][x] - b * b;
    const float covariance = window_means_[4][x] - a * b, mean_a = a + 0.5f, mean_b = b + 0.5f;
    sum_ += ((2 * mean_a * mean_b + c1) * (2 * covariance + c2)) /
            ((mean_a * mean_a + mean_b * mean_b + c1) * (variance_a + variance_b + c2));
  }
  windows_ += count;
}

}  // namespace sl

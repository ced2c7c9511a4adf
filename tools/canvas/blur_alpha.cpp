// Two passes with the Gaussian's weights, cut at three standard deviations.

#include "blur_alpha.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace sl::drawing {

namespace {

std::vector<float> weights_of(double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> weights;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) sum += std::exp(-i * i / (2 * sigma * sigma));
  for (int i = -reach; i <= reach; ++i)
    weights.push_back(static_cast<float>(std::exp(-i * i / (2 * sigma * sigma)) / sum));
  return weights;
}

// to[x] += weight * from[x + shift], where both are inside.
void add_shifted(const float* from, float* to, std::ptrdiff_t count, std::ptrdiff_t shift, float weight) {
  const std::ptrdiff_t end = std::min(count, count - shift);
  for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(0, -shift); x < end; ++x) to[x] += weight * from[x + shift];
}

}  // namespace

void blur_alpha(unsigned char* data, std::size_t width, std::size_t height, std::size_t stride, double sigma) {
  if (!(sigma > 0.05) || width == 0 || height == 0) return;
  const std::vector<float> weights = weights_of(sigma);
  const auto reach = static_cast<std::ptrdiff_t>(weights.size() / 2);
  std::vector<float> across(width * height), row(width);
  for (std::size_t y = 0; y < height; ++y) {
    std::copy_n(data + y * stride, width, row.begin());
    if (std::ranges::all_of(row, [](float v) { return v == 0; })) continue;
    for (std::ptrdiff_t k = -reach; k <= reach; ++k)
      add_shifted(row.data(), across.data() + y * width, static_cast<std::ptrdiff_t>(width), k,
                  weights[static_cast<std::size_t>(k + reach)]);
  }
  for (std::size_t y = 0; y < height; ++y) {
    std::ranges::fill(row, 0.0f);
    for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
      const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(y) + k;
      if (from < 0 || from >= static_cast<std::ptrdiff_t>(height)) continue;
      add_shifted(across.data() + static_cast<std::size_t>(from) * width, row.data(),
                  static_cast<std::ptrdiff_t>(width), 0, weights[static_cast<std::size_t>(k + reach)]);
    }
    for (std::size_t x = 0; x < width; ++x)
      data[y * stride + x] = static_cast<std::uint8_t>(std::clamp(row[x] + 0.5f, 0.0f, 255.0f));
  }
}

}  // namespace sl::drawing

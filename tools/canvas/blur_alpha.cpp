// Two passes with the Gaussian's weights, cut at three standard deviations. Wide ones are three boxes, which come as
// near as 3 % (SVG 1.1, feGaussianBlur), in a time that does not depend on their width.

#include "blur_alpha.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
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

// Means of `length` values, from `before` values before each one on; outside it is 0.
void box_along(float* row, std::vector<float>& copy, std::ptrdiff_t count, std::ptrdiff_t length,
               std::ptrdiff_t before) {
  copy.assign(row, row + count);
  double sum = 0;
  for (std::ptrdiff_t x = 0; x < std::min(length - before - 1, count); ++x) sum += copy[static_cast<std::size_t>(x)];
  for (std::ptrdiff_t x = 0; x < count; ++x) {
    const std::ptrdiff_t enters = x + length - before - 1, leaves = x - before - 1;
    if (enters < count) sum += copy[static_cast<std::size_t>(enters)];
    if (leaves >= 0) sum -= copy[static_cast<std::size_t>(leaves)];
    row[x] = static_cast<float>(sum / static_cast<double>(length));
  }
}

// The same down the columns.
void box_down(std::vector<float>& picture, std::ptrdiff_t width, std::ptrdiff_t height, std::ptrdiff_t length,
              std::ptrdiff_t before) {
  const std::vector<float> copy = picture;
  std::vector<double> sums(static_cast<std::size_t>(width));
  const auto add = [&](std::ptrdiff_t y, double sign) {
    if (y < 0 || y >= height) return;
    for (std::ptrdiff_t x = 0; x < width; ++x)
      sums[static_cast<std::size_t>(x)] += sign * copy[static_cast<std::size_t>(y * width + x)];
  };
  for (std::ptrdiff_t y = 0; y < length - before - 1; ++y) add(y, 1);
  for (std::ptrdiff_t y = 0; y < height; ++y) {
    add(y + length - before - 1, 1);
    add(y - before - 1, -1);
    for (std::ptrdiff_t x = 0; x < width; ++x)
      picture[static_cast<std::size_t>(y * width + x)] =
          static_cast<float>(sums[static_cast<std::size_t>(x)] / static_cast<double>(length));
  }
}

void blur_widely(unsigned char* data, std::size_t width, std::size_t height, std::size_t stride, double sigma) {
  const auto w = static_cast<std::ptrdiff_t>(width), h = static_cast<std::ptrdiff_t>(height);
  const auto length = static_cast<std::ptrdiff_t>(sigma * 3 * std::sqrt(2 * std::numbers::pi) / 4 + 0.5);
  // Boxes of an even length lie half a pixel beside: two to both sides, and one that is longer by 1.
  const bool even = length % 2 == 0;
  const std::array<std::pair<std::ptrdiff_t, std::ptrdiff_t>, 3> boxes{
      {{length, length / 2}, {length, even ? length / 2 - 1 : length / 2}, {even ? length + 1 : length, length / 2}}};
  std::vector<float> picture(width * height), row;
  for (std::size_t y = 0; y < height; ++y) {
    std::copy_n(data + y * stride, width, picture.begin() + static_cast<std::ptrdiff_t>(y * width));
    for (const auto& [size, before] : boxes) box_along(picture.data() + y * width, row, w, size, before);
  }
  for (const auto& [size, before] : boxes) box_down(picture, w, h, size, before);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x)
      data[y * stride + x] = static_cast<std::uint8_t>(std::clamp(picture[y * width + x] + 0.5f, 0.0f, 255.0f));
  }
}

}  // namespace

void blur_alpha(unsigned char* data, std::size_t width, std::size_t height, std::size_t stride, double sigma) {
  constexpr double wide = 8;
  if (!(sigma > 0.05) || width == 0 || height == 0) return;
  if (sigma > wide) return blur_widely(data, width, height, stride, sigma);
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

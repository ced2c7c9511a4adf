// Structural similarity of two pictures of one channel.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sl {

// Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image Quality Assessment: From Error Visibility to Structural
// Similarity, IEEE Transactions on Image Processing 13 (2004): a Gaussian window of 11x11 with sigma 1.5, K1 = 0.01,
// K2 = 0.03, the mean over all windows that lie inside the picture. Along a side shorter than 11 every pixel has a
// window, and the picture is mirrored at its edges.
class Ssim {
 public:
  Ssim(std::uint32_t width, std::uint32_t height);
  // Take the next row of both, `width` values from 0 (black) to 1 (white).
  void add(const float* a, const float* b);
  // Return the mean, after the last row: 1 for equal pictures.
  [[nodiscard]] double mean() const { return sum_ / static_cast<double>(windows_); }

  static constexpr std::size_t size = 11;

 private:
  // Weighted means of a, b, a^2, b^2 and ab.
  static constexpr std::size_t means = 5;
  void add_windows(std::uint32_t y);

  std::size_t width_, height_, margin_;  // margin_: columns that the mirrored rows have on both sides
  std::uint32_t next_ = 0;               // row
  std::array<float, size> weights_{};
  std::array<std::vector<float>, size> rows_a_, rows_b_;  // the last rows; row y is at y % size
  std::array<std::vector<float>, means> column_means_;    // over the window's rows
  std::array<std::vector<float>, means> window_means_;
  double sum_ = 0;
  std::uint64_t windows_ = 0;
};

}  // namespace sl

// 64 bits that say what a picture looks like: similar pictures have few bits apart, however they were scaled and
// encoded.
//
// The picture becomes 32x32 means of luma, and these a cosine transform. Each bit says whether one of the 64 lowest
// frequencies, in zigzag order after the mean, is above their median; so different pictures have half of the bits
// apart.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sl {

class PerceptualHash {
 public:
  PerceptualHash(std::uint32_t width, std::uint32_t height);
  // Take the next row of luma.
  void add(const float* row);
  // After the last row.
  [[nodiscard]] std::uint64_t value() const;

 private:
  std::uint32_t width_, height_, row_ = 0;
  std::vector<double> cells_;  // sums, weighted by area
};

// Return the number of bits that differ.
[[nodiscard]] int bits_apart(std::uint64_t a, std::uint64_t b);

}  // namespace sl

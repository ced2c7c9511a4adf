// Colors of one matrix space in another: curves, a matrix, curves.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/media/pixel_format.h"
#include "libcore/pixels/float_table.h"
#include "libcore/pixels/matrix_space.h"

namespace sl {

// Integers are clamped to their codes and rounded to nearest; floats are neither. Bytes are exact to about a tenth of a
// code. Results are the same on every CPU.
class MatrixMap {
 public:
  // For samples side by side in `format`, of one channel (then both spaces are gray) or three, and alpha, which stays.
  // A gray space of three channels has the same light in all three.
  MatrixMap(const MatrixSpace& from, const MatrixSpace& to, const PixelFormat& format);
  // Map pixels in place. Any thread may call it.
  void apply(std::byte* samples, std::size_t pixels) const;

 private:
  static constexpr std::size_t block = 256;
  using Rows = std::array<std::array<float, block>, 3>;
  void bytes(std::uint8_t* samples, std::size_t pixels) const;
  template <std::size_t step>
  void colors(std::uint8_t* samples, std::size_t pixels) const;
  template <class T>
  void values(T* samples, std::size_t pixels) const;
  void mix_light(Rows& rows, std::size_t count) const;

  Sample sample_;
  std::size_t channels_, step_;
  std::array<std::array<float, 3>, 3> matrix_{};
  std::array<float, 3> from_luminance_{}, to_luminance_{};
  float from_gamma_ = 1, to_gamma_ = 1;
  // Of bytes: the light of each code, and the code of each light, by the leading bits of a float.
  std::array<std::array<float, 256>, 3> light_{};
  std::array<std::vector<std::uint8_t>, 3> codes_;
  std::array<std::size_t, 3> codes_of_{0, 1, 2};   // equal tables are one
  std::array<std::uint8_t, 256> gray_{};           // of one channel
  std::vector<FloatTable> to_light_, from_light_;  // of all other samples
};

}  // namespace sl

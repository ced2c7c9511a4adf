// A good palette for pictures of many colours, by libimagequant, which is under the GPL: for helpers only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "libcore/pixels/palette.h"

namespace sl {

class Quantizer {
 public:
  struct Settings {
    int colours = 256;  // at most, from 2
    int speed = 4;      // 1 is the slowest and best, 10 the fastest
  };
  explicit Quantizer(const Settings& settings);
  ~Quantizer();
  Quantizer(const Quantizer&) = delete;
  Quantizer& operator=(const Quantizer&) = delete;

  // Count opaque pixels in: four bytes each, R, G, B and one that is ignored.
  void add(std::span<const std::uint8_t> pixels);
  // Choose the palette for all pixels that were added. The same for any number of threads.
  [[nodiscard]] const Palette& choose();
  // Write a place in the palette for each pixel of a picture. `dither`: 0 to 1, how much of the error its neighbours
  // get.
  void map(std::span<const std::uint8_t> pixels, std::uint32_t width, std::uint32_t height, float dither,
           std::span<std::uint8_t> indices);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

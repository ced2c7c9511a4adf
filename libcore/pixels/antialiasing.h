// Pixels that differ only because edges are smoothed in another way, as pixelmatch finds them: V. Vysniauskas,
// "Anti-aliased Pixel and Intensity Slope Detector", 2009; https://github.com/mapbox/pixelmatch.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/media/track.h"

namespace sl {

class AntialiasTest {
 public:
  // For two pictures of `track`. They are held as 8 bits, over white. Throws Limit.
  AntialiasTest(const Track& track, const Image& a, const Image& b);

  // Whether the pixel is a part of a smoothed edge in one of the pictures: between a darker and a brighter neighbour,
  // at most two neighbours as bright as itself; and one of the two lies in a flat part of both pictures.
  [[nodiscard]] bool is_smoothed(std::uint32_t x, std::uint32_t y) const;

 private:
  struct Picture {
    std::vector<std::uint32_t> colors;
    std::vector<float> luma;
  };
  struct Around {
    std::uint32_t left, right, top, bottom;
    bool at_edge;
  };
  static Picture prepare(const Track& track, const Image& image);
  [[nodiscard]] Around around(std::uint32_t x, std::uint32_t y) const;
  [[nodiscard]] bool is_smoothed(const Picture& own, const Picture& other, std::uint32_t x, std::uint32_t y) const;
  [[nodiscard]] bool is_flat(const Picture& picture, std::uint32_t x, std::uint32_t y) const;

  std::uint32_t width_, height_;
  Picture a_, b_;
};

}  // namespace sl

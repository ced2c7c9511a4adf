// The covered part of a layer as a picture of floats.

#include "straight_overlay.h"

#include <algorithm>

#include "libcore/media/image.h"

namespace sl::drawing {

void StraightOverlay::update(const Layer& layer, const std::vector<Box>& changed) {
  if (changed.empty()) return;
  part_.reset();
  if (layer.covered().empty()) return;
  Box around = layer.covered().front();
  for (const Box& box : layer.covered()) {
    around = {std::min(around.left, box.left), std::min(around.top, box.top), std::max(around.right, box.right),
              std::max(around.bottom, box.bottom)};
  }
  Track from = track_;
  from.pixels = &pixel_format("rgbaf32le");
  from.alpha = Alpha::Straight;
  from.color.matrix = 0;
  from.color.range = Range::Full;
  from.width = around.right - around.left;
  from.height = around.bottom - around.top;
  const Image image(from, "frame", "a layer");
  const Strip strip = image.strip();
  for (std::uint32_t y = 0; y < from.height; ++y) {
    rows_.read(layer, around.top + y, around.left, around.right);
    auto* to = strip.planes[0].row<float>(y);
    for (std::size_t x = 0; x < from.width; ++x, to += 4) {
      const float alpha = rows_.components[3][x];
      for (std::size_t c = 0; c < 3; ++c) to[c] = alpha > 0 ? rows_.components[c][x] / alpha : 0;
      to[3] = alpha;
    }
  }
  part_.emplace(from, image, track_);
  place_ = {around.left, around.top, 1};
}

}  // namespace sl::drawing

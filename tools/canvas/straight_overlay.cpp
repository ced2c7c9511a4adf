// The covered part of a layer as a picture of floats.

#include "straight_overlay.h"

#include <algorithm>
#include <string_view>

namespace sl::drawing {

namespace {

// The layer's part of R'G'B' in the primaries of frames.
Track part_track(const Track& frames, std::string_view format, Alpha alpha, const Box& part) {
  Track track = frames;
  track.pixels = &pixel_format(format);
  track.alpha = alpha;
  track.color.matrix = 0;
  track.color.range = Range::Full;
  track.width = part.right - part.left;
  track.height = part.bottom - part.top;
  return track;
}

}  // namespace

StraightOverlay::StraightOverlay(const Track& track) : track_(track), rows_(track), composite_(track) {
  const Track pixels = part_track(track, "rgba", Alpha::Premultiplied, {0, 0, 1, 1});
  if (rows_.keep_codes() && RgbaOver::takes(pixels, track)) over_.emplace(pixels, track);
}

void StraightOverlay::update(const Layer& layer, const std::vector<Box>& changed) {
  if (changed.empty()) return;
  part_.reset();
  pixels_ = Image();
  if (layer.covered().empty()) return;
  Box around = layer.covered().front();
  for (const Box& box : layer.covered()) {
    around = {std::min(around.left, box.left), std::min(around.top, box.top), std::max(around.right, box.right),
              std::max(around.bottom, box.bottom)};
  }
  place_ = {around.left, around.top, 1};
  over_ ? take_pixels(layer, around) : take_floats(layer, around);
}

void StraightOverlay::take_pixels(const Layer& layer, const Box& part) {
  pixels_ = Image(part_track(track_, "rgba", Alpha::Premultiplied, part), "frame", "a layer");
  const Strip strip = pixels_.strip();
  for (std::uint32_t y = 0; y < strip.rows; ++y) {
    const std::uint32_t* from = layer.row(part.top + y) + part.left;
    auto* to = strip.planes[0].row<std::uint32_t>(y);
    for (std::uint32_t x = 0; x < strip.width; ++x) {  // B, G, R, A to R, G, B, A
      to[x] = (from[x] & 0xFF00FF00U) | (from[x] >> 16 & 255) | (from[x] & 255) << 16;
    }
  }
}

void StraightOverlay::take_floats(const Layer& layer, const Box& part) {
  const Track from = part_track(track_, "rgbaf32le", Alpha::Straight, part);
  const Image image(from, "frame", "a layer");
  const Strip strip = image.strip();
  for (std::uint32_t y = 0; y < from.height; ++y) {
    rows_.read(layer, part.top + y, part.left, part.right);
    auto* to = strip.planes[0].row<float>(y);
    for (std::size_t x = 0; x < from.width; ++x, to += 4) {
      const float alpha = rows_.components[3][x];
      for (std::size_t c = 0; c < 3; ++c) to[c] = alpha > 0 ? rows_.components[c][x] / alpha : 0;
      to[3] = alpha;
    }
  }
  part_.emplace(from, image, track_);
}

}  // namespace sl::drawing

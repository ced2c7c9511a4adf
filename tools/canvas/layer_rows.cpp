// sRGB stays for frames whose codes mean nearly the same; else colors are divided by alpha, mapped and multiplied.

#include "layer_rows.h"

#include "libcore/pixels/matrix_space.h"

namespace sl::drawing {

LayerRows::LayerRows(const Track& frames) {
  constexpr int srgb_primaries = 1, srgb_transfer = 13, unknown = 2;
  const auto known = [](int code, int otherwise) { return code == unknown || code == 0 ? otherwise : code; };
  const int primaries = known(frames.color.primaries, srgb_primaries);
  const int transfer = known(frames.color.transfer, srgb_transfer);
  const MatrixSpace srgb = matrix_space(srgb_primaries, srgb_transfer, false);
  const MatrixSpace own = matrix_space(primaries, transfer, false);
  if (!nearly_same(srgb, own)) map_.emplace(srgb, own, pixel_format("rgbaf32le"));
}

void LayerRows::read(const Layer& layer, std::uint32_t y, std::uint32_t left, std::uint32_t right) {
  const std::size_t count = right - left;
  for (auto& row : components) row.resize(count);
  const std::uint32_t* from = layer.row(y) + left;
  float *r = components[0].data(), *g = components[1].data(), *b = components[2].data(), *a = components[3].data();
  for (std::size_t x = 0; x < count; ++x) {
    const std::uint32_t pixel = from[x];
    r[x] = static_cast<float>(pixel >> 16 & 255) / 255;
    g[x] = static_cast<float>(pixel >> 8 & 255) / 255;
    b[x] = static_cast<float>(pixel & 255) / 255;
    a[x] = static_cast<float>(pixel >> 24) / 255;
  }
  if (map_) map_colors(count);
}

void LayerRows::map_colors(std::size_t count) {
  straight_.assign(count * 4, 0);
  for (std::size_t x = 0; x < count; ++x) {
    const float alpha = components[3][x];
    for (std::size_t c = 0; c < 3 && alpha > 0; ++c) straight_[x * 4 + c] = components[c][x] / alpha;
    straight_[x * 4 + 3] = alpha;
  }
  map_->apply(reinterpret_cast<std::byte*>(straight_.data()), count);
  for (std::size_t x = 0; x < count; ++x) {
    for (std::size_t c = 0; c < 3; ++c) components[c][x] = straight_[x * 4 + c] * components[3][x];
  }
}

}  // namespace sl::drawing

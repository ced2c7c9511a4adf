// Tables: making and applying them.

#include "libcore/pixels/lut.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "libcore/media/track.h"

namespace sl {

CurveTable::CurveTable(const Track& track, const Curve& curve) : range_(channels_of(track).colour), curve_(curve) {
  if (track.pixels->sample == Sample::F32) return;
  const std::size_t codes = std::size_t{1} << track.pixels->bits;
  const float scale = range_.high - range_.low, largest = static_cast<float>(codes - 1);
  // Samples above their format's largest code stay within the table.
  table_.resize(track.pixels->sample == Sample::U8 ? 256 : 65536);
  for (std::size_t code = 0; code < table_.size(); ++code) {
    const float clamped = std::min(static_cast<float>(code), largest);
    const float value = curve_(std::clamp((clamped - range_.low) / scale, 0.0f, 1.0f));
    const float result = range_.low + scale * (value >= 0 ? std::min(value, 1.0f) : 0.0f);  // NaN is 0
    table_[code] = static_cast<std::uint16_t>(std::lround(std::clamp(result, 0.0f, largest)));
  }
}

template <class T, class Lookup>
void CurveTable::apply_to(const Strip& strip, const Lookup& lookup) const {
  const PixelFormat& format = *strip.format;
  const bool planar = format.packing == Packing::Planar;
  const int planes = format.planes - (format.alpha && planar ? 1 : 0);
  // Alpha, the last sample of each pixel, stays.
  const auto step = static_cast<std::size_t>(planar ? 1 : format.components);
  const std::size_t colours = step - (format.alpha && !planar ? 1 : 0);
  for (int p = 0; p < planes; ++p) {
    const Plane& plane = strip.planes[static_cast<std::size_t>(p)];
    for (std::uint32_t y = 0; y < plane.rows; ++y) {
      T* samples = plane.row<T>(y);
      if (colours == step) {
        for (std::size_t i = 0; i < plane.width; ++i) samples[i] = lookup(samples[i]);
      } else {
        for (std::size_t i = 0; i < plane.width; i += step) {
          for (std::size_t c = 0; c < colours; ++c) samples[i + c] = lookup(samples[i + c]);
        }
      }
    }
  }
}

void CurveTable::apply(const Strip& strip) const {
  const std::uint16_t* table = table_.data();
  const float scale = range_.high - range_.low;
  switch (strip.format->sample) {
    case Sample::U8:
      return apply_to<std::uint8_t>(strip, [&](std::uint8_t v) { return static_cast<std::uint8_t>(table[v]); });
    case Sample::U16:
      return apply_to<std::uint16_t>(strip, [&](std::uint16_t v) { return table[v]; });
    case Sample::F32:
      return apply_to<float>(strip, [&](float v) { return range_.low + scale * curve_((v - range_.low) / scale); });
  }
}

ColorCube::ColorCube(bool is_cube, std::size_t size, std::vector<Rgb> colors, const Rgb& low, const Rgb& high)
    : is_cube_(is_cube), size_(size), colors_(std::move(colors)), low_(low) {
  assert(size >= 2 && colors_.size() == (is_cube ? size * size * size : size));
  for (std::size_t i = 0; i < 3; ++i) scale_[i] = static_cast<float>(size - 1) / (high[i] - low[i]);
}

void ColorCube::apply(float& r, float& g, float& b) const {
  const auto last = static_cast<float>(size_ - 1);
  std::array<std::size_t, 3> index{};
  Rgb part{};
  const Rgb in{r, g, b};
  for (std::size_t i = 0; i < 3; ++i) {
    const float place = (in[i] - low_[i]) * scale_[i];
    const float inside = place > 0 ? std::min(place, last) : 0;  // NaN is 0
    index[i] = std::min(static_cast<std::size_t>(inside), size_ - 2);
    part[i] = inside - static_cast<float>(index[i]);
  }
  if (!is_cube_) {
    const auto between = [&](std::size_t i) {
      const float lower = colors_[index[i]][i], upper = colors_[index[i] + 1][i];
      return lower + part[i] * (upper - lower);
    };
    r = between(0);
    g = between(1);
    b = between(2);
    return;
  }
  // From the lower corner to the upper one, along the axes in the order of their parts: the largest first.
  std::array<std::size_t, 3> order{0, 1, 2};
  if (part[order[0]] < part[order[1]]) std::swap(order[0], order[1]);
  if (part[order[1]] < part[order[2]]) std::swap(order[1], order[2]);
  if (part[order[0]] < part[order[1]]) std::swap(order[0], order[1]);
  const Rgb* corner = &at(index[0], index[1], index[2]);
  Rgb out{};
  float rest = 1;
  for (std::size_t k = 0; k <= 3; ++k) {
    const float next = k < 3 ? part[order[k]] : 0;
    for (std::size_t i = 0; i < 3; ++i) out[i] += (rest - next) * (*corner)[i];
    if (k == 3) break;
    rest = next;
    ++index[order[k]];
    corner = &at(index[0], index[1], index[2]);
  }
  r = out[0];
  g = out[1];
  b = out[2];
}

}  // namespace sl

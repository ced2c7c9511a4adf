// Blocks of 64 pixels: transparent ones are skipped, all others are split into floats that stay in the first cache.

#include "libcore/pixels/rgba_over.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "libcore/pixels/clones.h"
#include "libcore/pixels/convert/color.h"

namespace sl {

namespace {

constexpr std::uint32_t block = 64;

convert::Space space_of(const Track& track) { return convert::decide(track, track).from; }

// Colours times alpha, and alpha from 0 to 1.
struct Floats {
  std::array<float, block> red, green, blue, alpha;
};
using Pixels = std::array<std::uint32_t, block>;  // R, G, B, A in ascending bytes

// Take `count` pixels of a layer's row, from column `x` of the picture on; transparent ones outside of the layer, and
// behind them.
void take_pixels(const std::uint32_t* row, std::int64_t width, std::int64_t left, std::uint32_t x, std::uint32_t count,
                 Pixels& to) {
  const std::int64_t first = std::max<std::int64_t>(left - x, 0), end = std::min<std::int64_t>(left + width - x, count);
  to.fill(0);
  if (first < end) std::copy(row + (x + first - left), row + (x + end - left), to.begin() + first);
}

// Whether nothing of them is seen. The colours of premultiplied ones are added even where alpha is 0.
bool are_transparent(const Pixels& pixels, bool premultiplied) {
  std::uint32_t any = 0;
  for (const std::uint32_t pixel : pixels) any |= pixel;
  return (premultiplied ? any : any >> 24) == 0;
}

void split(const Pixels& pixels, bool premultiplied, float opacity, Floats& to) {
  const float part = opacity / 255;
  for (std::size_t i = 0; i < block; ++i) {
    const std::uint32_t pixel = pixels[i];
    const float alpha = static_cast<float>(static_cast<int>(pixel >> 24)) * part;
    const float share = premultiplied ? opacity : alpha;
    to.alpha[i] = alpha;
    to.red[i] = static_cast<float>(static_cast<int>(pixel & 255)) * share;
    to.green[i] = static_cast<float>(static_cast<int>(pixel >> 8 & 255)) * share;
    to.blue[i] = static_cast<float>(static_cast<int>(pixel >> 16 & 255)) * share;
  }
}

// Clamped as an integer: comparing floats would be a branch, which the vectoriser does not take.
int rounded(float code) { return std::clamp(static_cast<int>(code + 0.5F), 0, 255); }

// Samples of 8 bits may alias all other memory, which the vectoriser must not assume.
template <std::size_t step, class Weights>
void mix(std::uint8_t* __restrict to, std::size_t count, const Floats& layer, Weights weights) {
  const float* const __restrict red = layer.red.data(), * const __restrict green = layer.green.data();
  const float* const __restrict blue = layer.blue.data(), * const __restrict alpha = layer.alpha.data();
  for (std::size_t i = 0; i < count; ++i) {
    const float own =
        weights.red * red[i] + weights.green * green[i] + weights.blue * blue[i] + weights.alpha * alpha[i];
    const auto below = static_cast<float>(to[i * step]);
    to[i * step] = static_cast<std::uint8_t>(rounded(below * (1 - alpha[i]) + own));
  }
}

// The mean over the pixels of each chroma sample: `columns` (1 or 2) of `lines` rows.
void average(const std::array<Floats, 2>& rows, std::uint32_t lines, std::uint32_t columns, std::uint32_t count,
             Floats& to) {
  const auto sum = [&](auto member) {
    const auto& first = rows[0].*member;
    const auto& second = rows[lines - 1].*member;
    auto& means = to.*member;
    if (columns == 1) {
      for (std::size_t i = 0; i < block; ++i) means[i] = (first[i] + second[i]) * 0.5F;
      return;
    }
    for (std::size_t i = 0; i < block / 2; ++i) {
      means[i] = (first[2 * i] + first[2 * i + 1] + second[2 * i] + second[2 * i + 1]) * 0.25F;
    }
    if (count % 2 != 0) means[count / 2] *= 2;  // the last column of an odd picture
  };
  sum(&Floats::red);
  sum(&Floats::green);
  sum(&Floats::blue);
  sum(&Floats::alpha);
}

void mix_rgba(std::uint32_t* to, std::size_t count, const Floats& layer) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t pixel = to[i];
    const float below = static_cast<float>(static_cast<int>(pixel >> 24)) / 255;
    const float kept = below * (1 - layer.alpha[i]), covers = layer.alpha[i] + kept;
    const float part = 1 / (covers + 1e-9F);  // 0 / 0 is 0
    const auto channel = [&](float own, int shift) {
      const auto other = static_cast<float>(static_cast<int>(pixel >> shift & 255));
      return static_cast<std::uint32_t>(rounded((own + other * kept) * part)) << shift;
    };
    to[i] = channel(layer.red[i], 0) | channel(layer.green[i], 8) | channel(layer.blue[i], 16) |
            static_cast<std::uint32_t>(rounded(covers * 255)) << 24;
  }
}

}  // namespace

bool RgbaOver::takes(const Track& layer, const Track& below) {
  if (layer.pixels->name != "rgba" || layer.alpha == Alpha::None || below.pixels->sample != Sample::U8) return false;
  const PixelFormat& format = *below.pixels;
  if (convert::model_of(below) == Model::Rgb) {
    const bool is_known = format.name == "rgb24" || (format.name == "rgba" && below.alpha == Alpha::Straight);
    return is_known && space_of(below).range == Range::Full && space_of(layer).range == Range::Full;
  }
  return convert::model_of(below) == Model::Yuv && !format.alpha && format.shift_x <= 1 && format.shift_y <= 1 &&
         (format.packing == Packing::Planar || format.packing == Packing::SemiPlanar);
}

RgbaOver::RgbaOver(const Track& layer, const Track& below)
    : premultiplied_(layer.alpha == Alpha::Premultiplied), height_(below.height) {
  assert(takes(layer, below));
  const Affine codes = convert::code_matrix(*layer.pixels, space_of(layer), *below.pixels, space_of(below));
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& factor = codes.factor[i];
    weights_[i] = {static_cast<float>(factor[0]), static_cast<float>(factor[1]), static_cast<float>(factor[2]),
                   static_cast<float>(codes.offset[i])};
  }
}

void RgbaOver::apply(const Strip& rows, const Strip& layer, const Placement& place) const {
  assert(place.op == Operator::Over);
  run_for_cpu(
      [&] { rows.format->model == Model::Yuv ? put_on_yuv(rows, layer, place) : put_on_rgb(rows, layer, place); });
}

void RgbaOver::put_on_rgb(const Strip& rows, const Strip& layer, const Placement& place) const {
  const std::int64_t top = std::max<std::int64_t>(rows.first, place.y);
  const std::int64_t bottom = std::min<std::int64_t>(rows.first + rows.rows, place.y + layer.rows);
  const auto left = static_cast<std::uint32_t>(std::max<std::int64_t>(place.x, 0));
  const auto right = static_cast<std::uint32_t>(std::clamp<std::int64_t>(place.x + layer.width, 0, rows.width));
  const bool has_alpha = rows.format->alpha;
  Pixels pixels;
  Floats floats;
  for (std::int64_t y = top; y < bottom; ++y) {
    const auto* from = layer.planes[0].row<std::uint32_t>(static_cast<std::uint32_t>(y - place.y));
    auto* to = rows.planes[0].row<std::uint8_t>(static_cast<std::uint32_t>(y - rows.first));
    for (std::uint32_t x = left; x < right; x += block) {
      const std::uint32_t count = std::min(block, right - x);
      take_pixels(from, layer.width, place.x, x, count, pixels);
      if (are_transparent(pixels, premultiplied_)) continue;
      split(pixels, premultiplied_, place.opacity, floats);
      if (has_alpha) {
        mix_rgba(reinterpret_cast<std::uint32_t*>(to) + x, count, floats);
        continue;
      }
      std::uint8_t* const first = to + std::size_t{3} * x;
      mix<3>(first, count, floats, Weights{1, 0, 0, 0});
      mix<3>(first + 1, count, floats, Weights{0, 1, 0, 0});
      mix<3>(first + 2, count, floats, Weights{0, 0, 1, 0});
    }
  }
}

void RgbaOver::put_on_yuv(const Strip& rows, const Strip& layer, const Placement& place) const {
  const PixelFormat& format = *rows.format;
  const std::uint32_t group = 1U << format.shift_y, columns = 1U << format.shift_x;
  const auto end = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(place.y + layer.rows, rows.first, std::int64_t{rows.first} + rows.rows));
  const std::int64_t above = std::clamp<std::int64_t>(place.y, rows.first, end) - rows.first;
  const auto left = static_cast<std::uint32_t>(std::max<std::int64_t>(place.x, 0)) / columns * columns;
  const auto right = static_cast<std::uint32_t>(std::clamp<std::int64_t>(place.x + layer.width, 0, rows.width));
  std::array<Pixels, 2> pixels;
  std::array<Floats, 2> floats;
  Floats means;
  for (std::uint32_t y = rows.first + static_cast<std::uint32_t>(above) / group * group; y < end; y += group) {
    const std::uint32_t lines = std::min(group, height_ - y);
    for (std::uint32_t x = left; x < right; x += block) {
      const std::uint32_t count = std::min(block, rows.width - x);
      bool is_empty = true;
      for (std::uint32_t line = 0; line < lines; ++line) {
        const std::int64_t own = std::int64_t{y} + line - place.y;
        const bool is_inside = own >= 0 && own < layer.rows;
        const auto* from = is_inside ? layer.planes[0].row<std::uint32_t>(static_cast<std::uint32_t>(own)) : nullptr;
        take_pixels(from, is_inside ? layer.width : 0, place.x, x, count, pixels[line]);
        is_empty = is_empty && are_transparent(pixels[line], premultiplied_);
      }
      if (is_empty) continue;
      for (std::uint32_t line = 0; line < lines; ++line) {
        split(pixels[line], premultiplied_, place.opacity, floats[line]);
        mix<1>(rows.planes[0].row<std::uint8_t>(y - rows.first + line) + x, count, floats[line], weights_[0]);
      }
      average(floats, lines, columns, count, means);
      const std::uint32_t row = (y - rows.first) / group, at = x / columns;
      const std::size_t samples = (count + columns - 1) / columns;
      if (format.packing == Packing::SemiPlanar) {
        std::uint8_t* const to = rows.planes[1].row<std::uint8_t>(row) + 2 * std::size_t{at};
        mix<2>(to, samples, means, weights_[1]);
        mix<2>(to + 1, samples, means, weights_[2]);
      } else {
        mix<1>(rows.planes[1].row<std::uint8_t>(row) + at, samples, means, weights_[1]);
        mix<1>(rows.planes[2].row<std::uint8_t>(row) + at, samples, means, weights_[2]);
      }
    }
  }
}

}  // namespace sl

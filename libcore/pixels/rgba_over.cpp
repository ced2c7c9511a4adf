// Blocks of 64 pixels: transparent ones are skipped, and opaque ones copied where that suffices.

#include "libcore/pixels/rgba_over.h"

#include <algorithm>
#include <cassert>

#include "libcore/pixels/clones.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/rgba_blocks.h"
#include "libcore/pixels/rgba_deep_blocks.h"

namespace sl {

namespace {

using rgba_blocks::block;
// R, G, B and A of each from the lowest bits up.
template <class P>
using Pixels = std::array<P, block>;

convert::Space space_of(const Track& track) { return convert::decide(track, track).from; }

// Return a block of a layer's row, from column `x` of the picture on: the row's own, or `copy`, which is transparent
// outside of the layer and after the first `count` pixels.
template <class P>
const P* take_pixels(const P* row, std::int64_t width, std::int64_t left, std::uint32_t x, std::uint32_t count,
                     Pixels<P>& copy) {
  if (count == block && left <= x && left + width >= std::int64_t{x} + block) return row + (x - left);
  const std::int64_t first = std::max<std::int64_t>(left - x, 0), end = std::min<std::int64_t>(left + width - x, count);
  copy.fill(0);
  if (first < end) std::copy(row + (x + first - left), row + (x + end - left), copy.begin() + first);
  return copy.data();
}

// Whether nothing of them is seen. The colours of premultiplied ones are added even where alpha is 0.
template <class P>
bool are_transparent(const P* pixels, bool premultiplied) {
  constexpr int alpha_place = sizeof(P) * 6;
  P any = 0;
  for (std::size_t i = 0; i < block; ++i) any |= pixels[i];
  return (premultiplied ? any : any >> alpha_place) == 0;
}

bool are_opaque(const std::uint32_t* pixels) {
  std::uint32_t all = ~0U;
  for (std::size_t i = 0; i < block; ++i) all &= pixels[i];
  return all >> 24 == 255;
}

// In floats: the colours are added, so they may exceed the largest code.
void mix_premultiplied(std::uint32_t* to, const std::uint32_t* from, float opacity) {
  for (std::size_t i = 0; i < block; ++i) {
    const std::uint32_t own = from[i], pixel = to[i];
    const float alpha = static_cast<float>(static_cast<int>(own >> 24)) * opacity / 255;
    const float kept = static_cast<float>(static_cast<int>(pixel >> 24)) / 255 * (1 - alpha), covers = alpha + kept;
    const float part = 1 / (covers + 1e-9F);  // 0 / 0 is 0
    // Clamped as an integer: comparing floats would be a branch, which the vectoriser does not take.
    const auto rounded = [](float code) {
      return static_cast<std::uint32_t>(std::clamp(static_cast<int>(code + 0.5F), 0, 255));
    };
    const auto channel = [&](int shift) {
      const auto colour = static_cast<float>(static_cast<int>(own >> shift & 255));
      const auto below = static_cast<float>(static_cast<int>(pixel >> shift & 255));
      return rounded((colour * opacity + below * kept) * part) << shift;
    };
    to[i] = channel(0) | channel(8) | channel(16) | rounded(covers * 255) << 24;
  }
}

template <class Blocks>
void mix_rgba(std::uint32_t* to, const std::uint32_t* from, bool premultiplied, float opacity, std::uint16_t part) {
  if (opacity == 1 && are_opaque(from)) {
    std::copy_n(from, block, to);
  } else if (premultiplied) {
    mix_premultiplied(to, from, opacity);
  } else {
    Blocks::mix_rgba(to, from, part, are_opaque(to));
  }
}

// The loops for samples of 8 bits: Plain or Avx2.
template <class Loops>
struct Bytes : Loops {
  using Pixel = std::uint32_t;
  using Sample = std::uint8_t;
  using Cover = rgba_blocks::Cover;
  using Weights = rgba_blocks::Weights;
  static Weights weights(const std::array<float, 4>& factors) { return rgba_blocks::weights(factors); }
  static void split(const Pixel* pixels, bool premultiplied, float opacity, Cover& to) {
    Loops::split(pixels, premultiplied, rgba_blocks::part_of_65535(opacity), to);
  }
  // Set the last chroma sample of an odd picture, which covers one column.
  static void take_last(const std::array<Cover, 2>& rows, std::uint32_t lines, std::uint32_t count, Cover& means) {
    for (const auto member : {&Cover::red, &Cover::green, &Cover::blue, &Cover::alpha}) {
      const int sum = (rows[0].*member)[count - 1] + (rows[lines - 1].*member)[count - 1];
      (means.*member)[count / 2] = static_cast<std::int16_t>((sum + 1) >> 1);
    }
  }
};

// Run `work` with the loops for the CPU.
template <class Work>
void run_with_blocks(const Work& work) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return run_with_avx2([&] { work(Bytes<rgba_blocks::Avx2>()); });
#endif
  work(Bytes<rgba_blocks::Plain>());
}

}  // namespace

bool RgbaOver::takes(const Track& layer, const Track& below) {
  const PixelFormat &own = *layer.pixels, &format = *below.pixels;
  if ((own.name != "rgba" && own.name != "rgba64le") || layer.alpha == Alpha::None) return false;
  if (format.sample == Sample::F32 || (format.sample == Sample::U8 && own.name != "rgba")) return false;
  if (convert::model_of(below) == Model::Rgb) {
    const bool is_known = format.name == "rgb24" || (format.name == "rgba" && below.alpha == Alpha::Straight);
    return is_known && space_of(below).range == Range::Full && space_of(layer).range == Range::Full;
  }
  return convert::model_of(below) == Model::Yuv && !format.alpha && format.shift_x <= 1 && format.shift_y <= 1 &&
         (format.packing == Packing::Planar || format.packing == Packing::SemiPlanar);
}

RgbaOver::RgbaOver(const Track& layer, const Track& below)
    : premultiplied_(layer.alpha == Alpha::Premultiplied), is_deep_(layer.pixels->bits > 8), height_(below.height) {
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
  const PixelFormat& format = *rows.format;
  if (format.sample == Sample::U16) {
    const int low_bits = format.low_bits, most = (1 << format.bits) - 1;
    return run_for_cpu([&] {
      is_deep_ ? put_on_yuv(rows, layer, place, rgba_blocks::Deep<std::uint64_t>{low_bits, most})
               : put_on_yuv(rows, layer, place, rgba_blocks::Deep<std::uint32_t>{low_bits, most});
    });
  }
  run_with_blocks([&](auto blocks) {
    format.model == Model::Yuv ? put_on_yuv(rows, layer, place, blocks) : put_on_rgb(rows, layer, place, blocks);
  });
}

template <class Blocks>
void RgbaOver::put_on_rgb(const Strip& rows, const Strip& layer, const Placement& place, const Blocks&) const {
  const std::int64_t top = std::max<std::int64_t>(rows.first, place.y);
  const std::int64_t bottom = std::min<std::int64_t>(rows.first + rows.rows, place.y + layer.rows);
  const auto left = static_cast<std::uint32_t>(std::max<std::int64_t>(place.x, 0));
  const auto right = static_cast<std::uint32_t>(std::clamp<std::int64_t>(place.x + layer.width, 0, rows.width));
  const bool has_alpha = rows.format->alpha;
  const std::uint16_t part = rgba_blocks::part_of_65535(place.opacity);
  Pixels<std::uint32_t> copy, below;
  typename Blocks::Cover cover;
  for (std::int64_t y = top; y < bottom; ++y) {
    const auto* from = layer.planes[0].row<std::uint32_t>(static_cast<std::uint32_t>(y - place.y));
    auto* to = rows.planes[0].row<std::uint8_t>(static_cast<std::uint32_t>(y - rows.first));
    for (std::uint32_t x = left; x < right; x += block) {
      const std::uint32_t count = std::min(block, right - x);
      const std::uint32_t* pixels = take_pixels(from, layer.width, place.x, x, count, copy);
      if (are_transparent(pixels, premultiplied_)) continue;
      if (!has_alpha) {
        Blocks::split(pixels, premultiplied_, place.opacity, cover);
        Blocks::mix_rgb(to + std::size_t{3} * x, count, cover);
        continue;
      }
      auto* const target = reinterpret_cast<std::uint32_t*>(to) + x;
      if (count == block) {
        mix_rgba<Blocks>(target, pixels, premultiplied_, place.opacity, part);
        continue;
      }
      below.fill(0);
      std::copy_n(target, count, below.begin());
      mix_rgba<Blocks>(below.data(), pixels, premultiplied_, place.opacity, part);
      std::copy_n(below.begin(), count, target);
    }
  }
}

template <class Blocks>
void RgbaOver::put_on_yuv(const Strip& rows, const Strip& layer, const Placement& place, const Blocks& blocks) const {
  using Pixel = typename Blocks::Pixel;
  using Sample = typename Blocks::Sample;
  const PixelFormat& format = *rows.format;
  const std::uint32_t group = 1U << format.shift_y, columns = 1U << format.shift_x;
  const auto end = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(place.y + layer.rows, rows.first, std::int64_t{rows.first} + rows.rows));
  const std::int64_t above = std::clamp<std::int64_t>(place.y, rows.first, end) - rows.first;
  const auto left = static_cast<std::uint32_t>(std::max<std::int64_t>(place.x, 0)) / columns * columns;
  const auto right = static_cast<std::uint32_t>(std::clamp<std::int64_t>(place.x + layer.width, 0, rows.width));
  const std::array weights{Blocks::weights(weights_[0]), Blocks::weights(weights_[1]), Blocks::weights(weights_[2])};
  std::array<Pixels<Pixel>, 2> copies;
  std::array<const Pixel*, 2> pixels{};
  std::array<typename Blocks::Cover, 2> covers;
  typename Blocks::Cover means;
  for (std::uint32_t y = rows.first + static_cast<std::uint32_t>(above) / group * group; y < end; y += group) {
    const std::uint32_t lines = std::min(group, height_ - y);
    for (std::uint32_t x = left; x < right; x += block) {
      const std::uint32_t count = std::min(block, rows.width - x);
      bool is_empty = true;
      for (std::uint32_t line = 0; line < lines; ++line) {
        const std::int64_t own = std::int64_t{y} + line - place.y;
        const bool is_inside = own >= 0 && own < layer.rows;
        const auto* from = is_inside ? layer.planes[0].row<Pixel>(static_cast<std::uint32_t>(own)) : nullptr;
        pixels[line] = take_pixels(from, is_inside ? layer.width : 0, place.x, x, count, copies[line]);
        is_empty = is_empty && are_transparent(pixels[line], premultiplied_);
      }
      if (is_empty) continue;
      for (std::uint32_t line = 0; line < lines; ++line) {
        Blocks::split(pixels[line], premultiplied_, place.opacity, covers[line]);
        blocks.mix(rows.planes[0].row<Sample>(y - rows.first + line) + x, count, covers[line], weights[0]);
      }
      Blocks::average(covers, lines, columns, means);
      const std::uint32_t row = (y - rows.first) / group, at = x / columns;
      const std::size_t samples = (count + columns - 1) / columns;
      if (count % columns != 0) Blocks::take_last(covers, lines, count, means);
      if (format.packing == Packing::SemiPlanar) {
        Sample* const to = rows.planes[1].row<Sample>(row) + 2 * std::size_t{at};
        blocks.mix_pairs(to, samples, means, weights[1], weights[2]);
      } else {
        blocks.mix(rows.planes[1].row<Sample>(row) + at, samples, means, weights[1]);
        blocks.mix(rows.planes[2].row<Sample>(row) + at, samples, means, weights[2]);
      }
    }
  }
}

}  // namespace sl

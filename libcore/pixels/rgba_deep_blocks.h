// Loops of RgbaOver over samples of 9 to 16 bits, on 64 pixels at a time, in floats; the compiler makes vectors of
// them.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "libcore/pixels/rgba_blocks.h"

namespace sl::rgba_blocks {

// P: a pixel of the layer, std::uint32_t with 8 bits or std::uint64_t with 16 for each of R, G, B and A.
template <class P>
struct Deep {
  using Pixel = P;
  using Sample = std::uint16_t;
  // Colours times their share, in codes of the layer, and the share, 0 to 1.
  struct Cover {
    std::array<float, block> red, green, blue, alpha;
  };
  using Weights = std::array<float, 4>;
  static Weights weights(const std::array<float, 4>& exact) { return exact; }

  int low_bits = 0, most = 65535;  // of the samples below

  static void split(const P* pixels, bool premultiplied, float opacity, Cover& to) {
    constexpr int bits = sizeof(P) * 2;
    constexpr int whole_code = (1 << bits) - 1;
    const float part = opacity / static_cast<float>(whole_code);
    const auto component = [](P pixel, int number) {
      return static_cast<float>(static_cast<int>(pixel >> (number * bits) & whole_code));
    };
    for (std::size_t i = 0; i < block; ++i) {
      const float alpha = component(pixels[i], 3) * part, share = premultiplied ? opacity : alpha;
      to.alpha[i] = alpha;
      to.red[i] = component(pixels[i], 0) * share;
      to.green[i] = component(pixels[i], 1) * share;
      to.blue[i] = component(pixels[i], 2) * share;
    }
  }

  static void average(const std::array<Cover, 2>& rows, std::uint32_t lines, std::uint32_t columns, Cover& to) {
    for (const auto member : {&Cover::red, &Cover::green, &Cover::blue, &Cover::alpha}) {
      const auto &first = rows[0].*member, &second = rows[lines - 1].*member;
      auto& means = to.*member;
      if (columns == 1) {
        for (std::size_t i = 0; i < block; ++i) means[i] = (first[i] + second[i]) * 0.5F;
      } else {
        for (std::size_t i = 0; i < block / 2; ++i) {
          means[i] = (first[2 * i] + first[2 * i + 1] + second[2 * i] + second[2 * i + 1]) * 0.25F;
        }
      }
    }
  }

  // The mean of the last column alone, which covers one pixel in an odd picture.
  static void take_last(const std::array<Cover, 2>& rows, std::uint32_t lines, std::uint32_t count, Cover& means) {
    for (const auto member : {&Cover::red, &Cover::green, &Cover::blue, &Cover::alpha}) {
      (means.*member)[count / 2] = ((rows[0].*member)[count - 1] + (rows[lines - 1].*member)[count - 1]) * 0.5F;
    }
  }

  void mix(std::uint16_t* to, std::size_t count, const Cover& layer, const Weights& weights) const {
    mix_every<1>(to, count, layer, weights);
  }
  void mix_pairs(std::uint16_t* to, std::size_t count, const Cover& layer, const Weights& first,
                 const Weights& second) const {
    mix_every<2>(to, count, layer, first);
    mix_every<2>(to + 1, count, layer, second);
  }

 private:
  template <std::size_t step>
  void mix_every(std::uint16_t* __restrict to, std::size_t count, const Cover& layer, const Weights& weights) const {
    const int shift = low_bits, largest = most;
    for (std::size_t i = 0; i < count; ++i) {
      const float own = weights[0] * layer.red[i] + weights[1] * layer.green[i] + weights[2] * layer.blue[i] +
                        weights[3] * layer.alpha[i];
      const auto below = static_cast<float>(static_cast<int>(to[i * step]) >> shift);
      // Clamped as an integer: comparing floats would be a branch, which the vectoriser does not take.
      const int code = std::clamp(static_cast<int>(below * (1 - layer.alpha[i]) + own + 0.5F), 0, largest);
      to[i * step] = static_cast<std::uint16_t>(code << shift);
    }
  }
};

}  // namespace sl::rgba_blocks

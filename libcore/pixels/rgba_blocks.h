// Loops of RgbaOver on 64 pixels at a time, in integers of 16 bits: with vectors of AVX2 by name, as g++ 12 makes code
// of the plain loops that takes twice as long, and in plain C++. Both give the same samples.
//
// Shares count 32767 as 1. Colours that are multiplied by shares are in 64ths of a code, so that the sum of two fits in
// 16 bits with its sign. Each product is rounded: a sample is at most 0.56 codes from exact.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sl::rgba_blocks {

inline constexpr std::uint32_t block = 64;
inline constexpr std::int16_t whole = 32767;  // a share of 1
inline constexpr int fraction = 6;            // bits below a code

// Colours times their share, and the share.
struct Cover {
  alignas(64) std::array<std::int16_t, block> red, green, blue, alpha;
};
// Of a sample: shares of red, green and blue (below 1), and 64ths of a code that alpha is multiplied by.
using Weights = std::array<std::int16_t, 4>;
// Return them from factors of red, green, blue and alpha.
inline Weights weights(const std::array<float, 4>& factors) {
  const auto whole_number = [](float value) {
    return static_cast<std::int16_t>(std::clamp(std::lround(value), -32767L, 32767L));
  };
  return {whole_number(factors[0] * 32768), whole_number(factors[1] * 32768), whole_number(factors[2] * 32768),
          whole_number(factors[3] * (1 << fraction))};
}
inline std::uint16_t part_of_65535(float opacity) {
  return static_cast<std::uint16_t>(std::lround(std::clamp(opacity, 0.0F, 1.0F) * 65535));
}

// Return a * b, rounded, for a share b: pmulhrsw.
inline std::int16_t times(std::int16_t a, std::int16_t b) { return static_cast<std::int16_t>((a * b + 0x4000) >> 15); }
// Return the share of an alpha of 8 bits, times an opacity of 65535.
inline std::int16_t share(std::uint32_t alpha, std::uint16_t opacity) {
  return static_cast<std::int16_t>(alpha * 257 * opacity >> 17);
}

struct Plain {
  static void split(const std::uint32_t* pixels, bool premultiplied, std::uint16_t opacity, Cover& to) {
    for (std::size_t i = 0; i < block; ++i) {
      const std::uint32_t pixel = pixels[i];
      to.alpha[i] = share(pixel >> 24, opacity);
      const auto part = premultiplied ? static_cast<std::int16_t>(opacity >> 1) : to.alpha[i];
      to.red[i] = times(static_cast<std::int16_t>((pixel & 255) << fraction), part);
      to.green[i] = times(static_cast<std::int16_t>((pixel >> 8 & 255) << fraction), part);
      to.blue[i] = times(static_cast<std::int16_t>((pixel >> 16 & 255) << fraction), part);
    }
  }

  // The mean over the pixels of each chroma sample: `columns` (1 or 2) of `lines` rows.
  static void average(const std::array<Cover, 2>& rows, std::uint32_t lines, std::uint32_t columns, Cover& to) {
    const auto mean = [](std::int16_t a, std::int16_t b) { return static_cast<std::int16_t>((a + b + 1) >> 1); };
    for (const auto member : {&Cover::red, &Cover::green, &Cover::blue, &Cover::alpha}) {
      const auto &first = rows[0].*member, &second = rows[lines - 1].*member;
      std::array<std::int16_t, block> means{};
      for (std::size_t i = 0; i < block; ++i) means[i] = mean(first[i], second[i]);
      for (std::size_t i = 0; columns == 2 && i < block / 2; ++i) means[i] = mean(means[2 * i], means[2 * i + 1]);
      to.*member = means;
    }
  }

  // Put the samples [first, count) of a layer over those of a picture, which lie `step` apart.
  static void mix(std::uint8_t* to, std::size_t step, std::size_t first, std::size_t count, const Cover& layer,
                  const Weights& weights) {
    for (std::size_t i = first; i < count; ++i) {
      const int own = times(layer.red[i], weights[0]) + times(layer.green[i], weights[1]) +
                      times(layer.blue[i], weights[2]) + times(layer.alpha[i], weights[3]);
      to[i * step] = sum(to[i * step], layer.alpha[i], own);
    }
  }
  static void mix(std::uint8_t* to, std::size_t count, const Cover& layer, const Weights& weights) {
    mix(to, 1, 0, count, layer, weights);
  }
  static void mix_pairs(std::uint8_t* to, std::size_t count, const Cover& layer, const Weights& first,
                        const Weights& second) {
    mix(to, 2, 0, count, layer, first);
    mix(to + 1, 2, 0, count, layer, second);
  }
  static void mix_rgb(std::uint8_t* to, std::size_t count, const Cover& layer) {
    for (std::size_t i = 0; i < count; ++i) {
      to[3 * i] = sum(to[3 * i], layer.alpha[i], layer.red[i]);
      to[3 * i + 1] = sum(to[3 * i + 1], layer.alpha[i], layer.green[i]);
      to[3 * i + 2] = sum(to[3 * i + 2], layer.alpha[i], layer.blue[i]);
    }
  }

  // Put a block of straight RGBA over another one: colours and alpha go part of the way to those of the layer.
  // `opaque`: the picture below is.
  static void mix_rgba(std::uint32_t* to, const std::uint32_t* from, std::uint16_t opacity, bool opaque) {
    for (std::size_t i = 0; i < block; ++i) {
      const std::int16_t alpha = share(from[i] >> 24, opacity);
      std::int16_t way = alpha;
      if (!opaque) {
        const float own = static_cast<float>(alpha), below = static_cast<float>(to[i] >> 24) * (1.0F / 255);
        const float covers = own + (static_cast<float>(whole) - own) * below;
        way = static_cast<std::int16_t>(own / (covers + 1e-9F) * static_cast<float>(whole) + 0.5F);
      }
      const auto channel = [&](std::uint32_t pixel, int shift, std::int16_t part) {
        const auto below = static_cast<std::int16_t>(to[i] >> shift & 255);
        const auto away = static_cast<std::int16_t>(static_cast<int>(pixel >> shift & 255) - below);
        return static_cast<std::uint32_t>(below + times(away, part)) << shift;
      };
      to[i] = channel(from[i], 0, way) | channel(from[i], 8, way) | channel(from[i], 16, way) |
              channel(0xFF000000U, 24, alpha);
    }
  }

 private:
  static std::uint8_t sum(std::uint8_t below, std::int16_t alpha, int own) {
    const int kept = times(static_cast<std::int16_t>(below << fraction), static_cast<std::int16_t>(whole - alpha));
    return static_cast<std::uint8_t>(std::clamp((kept + own + (1 << (fraction - 1))) >> fraction, 0, 255));
  }
};

#if defined(__x86_64__)

#define SL_AVX2 [[gnu::target("avx2")]]

class Avx2 {
 public:
  SL_AVX2 static void split(const std::uint32_t* pixels, bool premultiplied, std::uint16_t opacity, Cover& to) {
    const __m256i part = _mm256_set1_epi16(static_cast<std::int16_t>(opacity)), half = _mm256_srli_epi16(part, 1);
    for (std::size_t i = 0; i < block; i += 16) {
      const __m256i first = by_component(load(pixels + i)), second = by_component(load(pixels + i + 8));
      const __m256i red_blue = _mm256_unpacklo_epi64(first, second), green_alpha = _mm256_unpackhi_epi64(first, second);
      const __m256i bytes = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(green_alpha, 1));
      const __m256i wide = _mm256_or_si256(bytes, _mm256_slli_epi16(bytes, 8));
      const __m256i alpha = _mm256_srli_epi16(_mm256_mulhi_epu16(wide, part), 1);
      const __m256i colours = premultiplied ? half : alpha;
      store(to.red.data() + i, multiplied(_mm256_castsi256_si128(red_blue), colours));
      store(to.green.data() + i, multiplied(_mm256_castsi256_si128(green_alpha), colours));
      store(to.blue.data() + i, multiplied(_mm256_extracti128_si256(red_blue, 1), colours));
      store(to.alpha.data() + i, alpha);
    }
  }

  SL_AVX2 static void average(const std::array<Cover, 2>& rows, std::uint32_t lines, std::uint32_t columns, Cover& to) {
    for (const auto member : {&Cover::red, &Cover::green, &Cover::blue, &Cover::alpha}) {
      const std::int16_t *first = (rows[0].*member).data(), *second = (rows[lines - 1].*member).data();
      std::int16_t* const means = (to.*member).data();
      for (std::size_t i = 0; i < block; i += 32) {
        const __m256i low = _mm256_avg_epu16(load(first + i), load(second + i));
        const __m256i high = _mm256_avg_epu16(load(first + i + 16), load(second + i + 16));
        if (columns == 1) {
          store(means + i, low);
          store(means + i + 16, high);
        } else {
          const __m256i packed = _mm256_packus_epi32(mean_of_pairs(low), mean_of_pairs(high));
          store(means + i / 2, _mm256_permute4x64_epi64(packed, 0xd8));
        }
      }
    }
  }

  SL_AVX2 static void mix(std::uint8_t* to, std::size_t count, const Cover& layer, const Weights& weights) {
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      auto* const place = reinterpret_cast<__m128i*>(to + i);
      const __m256i sum = put_over(_mm256_cvtepu8_epi16(_mm_loadu_si128(place)), layer, i, weights);
      const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(sum, sum), 0xd8);
      _mm_storeu_si128(place, _mm256_castsi256_si128(packed));
    }
    Plain::mix(to, 1, i, count, layer, weights);
  }

  SL_AVX2 static void mix_pairs(std::uint8_t* to, std::size_t count, const Cover& layer, const Weights& first,
                                const Weights& second) {
    const __m256i zero = _mm256_setzero_si256(), most = _mm256_set1_epi16(255);
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      const __m256i pairs = load(to + 2 * i);
      __m256i low = put_over(_mm256_and_si256(pairs, most), layer, i, first);
      __m256i high = put_over(_mm256_srli_epi16(pairs, 8), layer, i, second);
      low = _mm256_min_epi16(_mm256_max_epi16(low, zero), most);
      high = _mm256_min_epi16(_mm256_max_epi16(high, zero), most);
      store(to + 2 * i, _mm256_or_si256(low, _mm256_slli_epi16(high, 8)));
    }
    Plain::mix(to, 2, i, count, layer, first);
    Plain::mix(to + 1, 2, i, count, layer, second);
  }

  static void mix_rgb(std::uint8_t* to, std::size_t count, const Cover& layer) { Plain::mix_rgb(to, count, layer); }

  SL_AVX2 static void mix_rgba(std::uint32_t* to, const std::uint32_t* from, std::uint16_t opacity, bool opaque) {
    const __m256i part = _mm256_set1_epi32(opacity), zero = _mm256_setzero_si256();
    const __m256i solid = _mm256_set1_epi32(static_cast<int>(0xFF000000U));
    // Of each pixel, the way for three components and the alpha for the fourth.
    const __m256i low_pixels =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 0, 1, 0, 1, 2, 3, 4, 5, 4, 5, 4, 5, 6, 7));
    const __m256i high_pixels =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(8, 9, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 12, 13, 14, 15));
    for (std::size_t i = 0; i < block; i += 8) {
      const __m256i layer = load(from + i), below = load(to + i);
      const __m256i bytes = _mm256_srli_epi32(layer, 24);
      const __m256i wide = _mm256_or_si256(bytes, _mm256_slli_epi32(bytes, 8));
      const __m256i alpha = _mm256_srli_epi32(_mm256_mulhi_epu16(wide, part), 1);
      const __m256i way = opaque ? alpha : way_to(alpha, below);
      const __m256i parts = _mm256_or_si256(way, _mm256_slli_epi32(alpha, 16));
      const __m256i target = _mm256_or_si256(layer, solid);
      const __m256i low = gone(_mm256_unpacklo_epi8(below, zero), _mm256_unpacklo_epi8(target, zero),
                               _mm256_shuffle_epi8(parts, low_pixels));
      const __m256i high = gone(_mm256_unpackhi_epi8(below, zero), _mm256_unpackhi_epi8(target, zero),
                                _mm256_shuffle_epi8(parts, high_pixels));
      store(to + i, _mm256_packus_epi16(low, high));
    }
  }

 private:
  SL_AVX2 static __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  SL_AVX2 static void store(void* to, __m256i value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }
  // Return R, G, B and A of 8 pixels, 8 bytes each.
  SL_AVX2 static __m256i by_component(__m256i pixels) {
    const __m256i order =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(pixels, order), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  }
  SL_AVX2 static __m256i multiplied(__m128i codes, __m256i part) {
    return _mm256_mulhrs_epi16(_mm256_slli_epi16(_mm256_cvtepu8_epi16(codes), fraction), part);
  }
  SL_AVX2 static __m256i mean_of_pairs(__m256i values) {
    return _mm256_and_si256(_mm256_avg_epu16(values, _mm256_srli_epi32(values, 16)), _mm256_set1_epi32(0xFFFF));
  }
  // Return 16 samples, not clamped, from those below and the layer's from number `i` on.
  SL_AVX2 static __m256i put_over(__m256i below, const Cover& layer, std::size_t i, const Weights& weights) {
    const __m256i alpha = load(layer.alpha.data() + i);
    const __m256i red = _mm256_mulhrs_epi16(load(layer.red.data() + i), _mm256_set1_epi16(weights[0]));
    const __m256i green = _mm256_mulhrs_epi16(load(layer.green.data() + i), _mm256_set1_epi16(weights[1]));
    const __m256i blue = _mm256_mulhrs_epi16(load(layer.blue.data() + i), _mm256_set1_epi16(weights[2]));
    const __m256i offset = _mm256_mulhrs_epi16(alpha, _mm256_set1_epi16(weights[3]));
    const __m256i kept =
        _mm256_mulhrs_epi16(_mm256_slli_epi16(below, fraction), _mm256_sub_epi16(_mm256_set1_epi16(whole), alpha));
    const __m256i colours = _mm256_add_epi16(_mm256_add_epi16(red, green), _mm256_add_epi16(blue, offset));
    const __m256i half = _mm256_set1_epi16(1 << (fraction - 1));
    return _mm256_srai_epi16(_mm256_adds_epi16(_mm256_adds_epi16(kept, half), colours), fraction);
  }
  SL_AVX2 static __m256i way_to(__m256i alpha, __m256i below) {
    const __m256 own = _mm256_cvtepi32_ps(alpha), most = _mm256_set1_ps(whole);
    const __m256 other = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(below, 24)), _mm256_set1_ps(1.0F / 255));
    const __m256 covers = _mm256_add_ps(own, _mm256_mul_ps(_mm256_sub_ps(most, own), other));
    const __m256 way = _mm256_div_ps(own, _mm256_add_ps(covers, _mm256_set1_ps(1e-9F)));
    return _mm256_cvttps_epi32(_mm256_add_ps(_mm256_mul_ps(way, most), _mm256_set1_ps(0.5F)));
  }
  SL_AVX2 static __m256i gone(__m256i below, __m256i target, __m256i part) {
    return _mm256_add_epi16(below, _mm256_mulhrs_epi16(_mm256_sub_epi16(target, below), part));
  }
};

#undef SL_AVX2
#endif

}  // namespace sl::rgba_blocks

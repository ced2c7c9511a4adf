// Sums of integers: pmaddwd, which g++ 12 makes of no loop of this shape, by name on x86; plain C++ elsewhere. All give
// the same sums.

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/pixels/weigh.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sl::weigh {

namespace {

constexpr int byte_shift = weight_bits + sum_bits, sum_shift = weight_bits;
// The bits of a sum of rows to drop.
constexpr int row_shift(int bits) { return weight_bits - sum_bits + bits; }

}  // namespace

#if defined(__x86_64__)

namespace {

// Two weights, as often as a vector holds them.
inline __m128i weights_128(const std::int16_t* weights) {
  std::int32_t both;
  std::memcpy(&both, weights, sizeof both);
  return _mm_set1_epi32(both);
}

inline __m128i load_128(const std::int16_t* in) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(in)); }

inline __m128i scaled_128(__m128i sum, int shift) {
  return _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (shift - 1))), shift);
}

}  // namespace

// TSan crashes on the ifuncs that versions need.
#if defined(__SANITIZE_THREAD__)
#define SL_DEFAULT
#else
#define SL_DEFAULT __attribute__((target("default")))
#endif

SL_DEFAULT void sum_rows(const std::int16_t* const* pairs, const std::int16_t* weights, std::size_t taps,
                         std::size_t count, int bits, std::int16_t* out) {
  const int shift = row_shift(bits);
  for (std::size_t start = 0; start < count; start += 16) {
    __m128i a{}, b{}, c{}, d{};
    for (std::size_t k = 0; k < taps; ++k) {
      const std::int16_t* in = pairs[k] + 2 * start;
      const __m128i weight = weights_128(weights + 2 * k);
      a = _mm_add_epi32(a, _mm_madd_epi16(load_128(in), weight));
      b = _mm_add_epi32(b, _mm_madd_epi16(load_128(in + 8), weight));
      c = _mm_add_epi32(c, _mm_madd_epi16(load_128(in + 16), weight));
      d = _mm_add_epi32(d, _mm_madd_epi16(load_128(in + 24), weight));
    }
    auto* place = reinterpret_cast<__m128i*>(out + start);
    _mm_storeu_si128(place, _mm_packs_epi32(scaled_128(a, shift), scaled_128(b, shift)));
    _mm_storeu_si128(place + 1, _mm_packs_epi32(scaled_128(c, shift), scaled_128(d, shift)));
  }
}

namespace {

// The sums of one column: four vectors of four lanes.
struct Sums {
  __m128i a, b, c, d;
};
inline Sums column_128(const std::int16_t* from, const std::int16_t* weight, std::size_t taps) {
  __m128i a{}, b{}, c{}, d{};
  for (std::size_t k = 0; k < taps; ++k, from += 2 * lanes, weight += 2) {
    const __m128i both = weights_128(weight);
    a = _mm_add_epi32(a, _mm_madd_epi16(load_128(from), both));
    b = _mm_add_epi32(b, _mm_madd_epi16(load_128(from + 8), both));
    c = _mm_add_epi32(c, _mm_madd_epi16(load_128(from + 16), both));
    d = _mm_add_epi32(d, _mm_madd_epi16(load_128(from + 24), both));
  }
  return {a, b, c, d};
}

}  // namespace

SL_DEFAULT void sum_columns(const std::int16_t* in, const Column* columns, std::size_t count,
                            const std::int16_t* weights, std::uint8_t* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const auto [a, b, c, d] =
        column_128(in + std::size_t{columns[j].first} * 2 * lanes, weights + columns[j].offset, columns[j].count);
    const __m128i low = _mm_packs_epi32(scaled_128(a, byte_shift), scaled_128(b, byte_shift));
    const __m128i high = _mm_packs_epi32(scaled_128(c, byte_shift), scaled_128(d, byte_shift));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j * lanes), _mm_packus_epi16(low, high));
  }
}

SL_DEFAULT void sum_columns(const std::int16_t* in, const Column* columns, std::size_t count,
                            const std::int16_t* weights, std::int16_t* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const auto [a, b, c, d] =
        column_128(in + std::size_t{columns[j].first} * 2 * lanes, weights + columns[j].offset, columns[j].count);
    auto* place = reinterpret_cast<__m128i*>(out + j * lanes);
    _mm_storeu_si128(place, _mm_packs_epi32(scaled_128(a, sum_shift), scaled_128(b, sum_shift)));
    _mm_storeu_si128(place + 1, _mm_packs_epi32(scaled_128(c, sum_shift), scaled_128(d, sum_shift)));
  }
}

#if !defined(__SANITIZE_THREAD__)

namespace {

#define SL_AVX2 __attribute__((target("avx2")))

SL_AVX2 inline __m256i weights_256(const std::int16_t* weights) {
  std::int32_t both;
  std::memcpy(&both, weights, sizeof both);
  return _mm256_set1_epi32(both);
}

SL_AVX2 inline __m256i load_256(const std::int16_t* in) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
}

SL_AVX2 inline __m256i scaled_256(__m256i sum, int shift) {
  return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << (shift - 1))), shift);
}

// Two vectors of sums to one of 16 bits, in order.
SL_AVX2 inline __m256i packed_256(__m256i low, __m256i high, int shift) {
  const __m256i packed = _mm256_packs_epi32(scaled_256(low, shift), scaled_256(high, shift));
  return _mm256_permute4x64_epi64(packed, 0xd8);
}

}  // namespace

SL_AVX2 void sum_rows(const std::int16_t* const* pairs, const std::int16_t* weights, std::size_t taps,
                      std::size_t count, int bits, std::int16_t* out) {
  const int shift = row_shift(bits);
  for (std::size_t start = 0; start < count; start += 32) {
    __m256i a{}, b{}, c{}, d{};
    for (std::size_t k = 0; k < taps; ++k) {
      const std::int16_t* in = pairs[k] + 2 * start;
      const __m256i weight = weights_256(weights + 2 * k);
      a = _mm256_add_epi32(a, _mm256_madd_epi16(load_256(in), weight));
      b = _mm256_add_epi32(b, _mm256_madd_epi16(load_256(in + 16), weight));
      c = _mm256_add_epi32(c, _mm256_madd_epi16(load_256(in + 32), weight));
      d = _mm256_add_epi32(d, _mm256_madd_epi16(load_256(in + 48), weight));
    }
    auto* place = reinterpret_cast<__m256i*>(out + start);
    _mm256_storeu_si256(place, packed_256(a, b, shift));
    _mm256_storeu_si256(place + 1, packed_256(c, d, shift));
  }
}

namespace {

// The sums of one column, of 16 bits.
SL_AVX2 inline __m256i column_256(const std::int16_t* from, const std::int16_t* weight, std::size_t taps, int shift) {
  __m256i a{}, b{}, c{}, d{};  // two sums each, so that they do not wait for each other
  std::size_t k = 0;
  for (; k + 2 <= taps; k += 2, from += 4 * lanes, weight += 4) {
    const __m256i even = weights_256(weight), odd = weights_256(weight + 2);
    a = _mm256_add_epi32(a, _mm256_madd_epi16(load_256(from), even));
    b = _mm256_add_epi32(b, _mm256_madd_epi16(load_256(from + 16), even));
    c = _mm256_add_epi32(c, _mm256_madd_epi16(load_256(from + 32), odd));
    d = _mm256_add_epi32(d, _mm256_madd_epi16(load_256(from + 48), odd));
  }
  if (k < taps) {
    const __m256i even = weights_256(weight);
    a = _mm256_add_epi32(a, _mm256_madd_epi16(load_256(from), even));
    b = _mm256_add_epi32(b, _mm256_madd_epi16(load_256(from + 16), even));
  }
  return packed_256(_mm256_add_epi32(a, c), _mm256_add_epi32(b, d), shift);
}

}  // namespace

SL_AVX2 void sum_columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
                         std::uint8_t* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const __m256i codes = column_256(in + std::size_t{columns[j].first} * 2 * lanes, weights + columns[j].offset,
                                     columns[j].count, byte_shift);
    const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(codes), _mm256_extracti128_si256(codes, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j * lanes), bytes);
  }
}

SL_AVX2 void sum_columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
                         std::int16_t* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const __m256i sums = column_256(in + std::size_t{columns[j].first} * 2 * lanes, weights + columns[j].offset,
                                    columns[j].count, sum_shift);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + j * lanes), sums);
  }
}

#endif

// Versions are chosen for callers that see them all.
void rows(const std::int16_t* const* pairs, const std::int16_t* weights, std::size_t taps, std::size_t count, int bits,
          std::int16_t* out) {
  sum_rows(pairs, weights, taps, count, bits, out);
}

void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::uint8_t* out) {
  sum_columns(in, columns, count, weights, out);
}

void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::int16_t* out) {
  sum_columns(in, columns, count, weights, out);
}

#else

void rows(const std::int16_t* const* pairs, const std::int16_t* weights, std::size_t taps, std::size_t count, int bits,
          std::int16_t* out) {
  const int shift = row_shift(bits);
  for (std::size_t start = 0; start < count; start += group) {
    std::array<std::int32_t, group> sums;
    sums.fill(1 << (shift - 1));
    for (std::size_t k = 0; k < taps; ++k) {
      const std::int16_t* in = pairs[k] + 2 * start;
      for (std::size_t i = 0; i < group; ++i)
        sums[i] += in[2 * i] * weights[2 * k] + in[2 * i + 1] * weights[2 * k + 1];
    }
    for (std::size_t i = 0; i < group; ++i) {
      out[start + i] = static_cast<std::int16_t>(std::clamp(sums[i] >> shift, -32768, 32767));
    }
  }
}

namespace {

template <class Out>
void columns_loop(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
                  int shift, std::int32_t least, std::int32_t most, Out* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const std::int16_t* from = in + std::size_t{columns[j].first} * 2 * lanes;
    const std::int16_t* weight = weights + columns[j].offset;
    std::array<std::int32_t, lanes> sums;
    sums.fill(1 << (shift - 1));
    for (std::size_t k = 0; k < columns[j].count; ++k, from += 2 * lanes, weight += 2) {
      for (std::size_t i = 0; i < lanes; ++i) sums[i] += from[2 * i] * weight[0] + from[2 * i + 1] * weight[1];
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      out[j * lanes + i] = static_cast<Out>(std::clamp(sums[i] >> shift, least, most));
    }
  }
}

}  // namespace

void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::uint8_t* out) {
  columns_loop(in, columns, count, weights, byte_shift, 0, 255, out);
}

void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::int16_t* out) {
  columns_loop(in, columns, count, weights, sum_shift, -32768, 32767, out);
}

#endif

}  // namespace sl::weigh

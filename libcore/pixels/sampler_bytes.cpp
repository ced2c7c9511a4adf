// Four weights across and four down for bytes, in integers: pmaddwd by name on x86 with AVX2; plain C++ elsewhere. Both
// give the same samples.

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/pixels/sampler.h"

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#include <immintrin.h>
#define SL_DEFAULT __attribute__((target("default")))
#define SL_AVX2 __attribute__((target("avx2")))
#else
#define SL_DEFAULT  // TSan crashes on the ifuncs that versions need.
#endif

namespace sl {

namespace {

// Sums of two samples down a column are rounded to six bits below the point, so that they fit in 16 bits.
constexpr int sum_bits = 6, down_shift = KernelTable::weight_bits - sum_bits,
              across_shift = KernelTable::weight_bits + sum_bits;
constexpr std::int32_t half_down = 1 << (down_shift - 1), half_across = 1 << (across_shift - 1);

}  // namespace

SL_DEFAULT void four_bytes(const KernelTable& table, const SamplePlan& plan, std::size_t count,
                           const std::uint8_t* const* rows, std::uint8_t background, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (plan.x[i] == SamplePlan::outside) {
      out[i] = background;
      continue;
    }
    const std::uint8_t* const* row = rows + plan.y[i] + sample_margin;
    const std::int16_t *down = table.down(plan.phase_y[i]), *across = table.across(plan.phase_x[i]);
    std::int32_t sum = half_across;
    for (std::ptrdiff_t k = 0; k < 4; ++k) {
      const std::ptrdiff_t x = plan.x[i] + k;
      const std::int32_t upper = (row[0][x] * down[0] + row[1][x] * down[1] + half_down) >> down_shift;
      const std::int32_t lower = (row[2][x] * down[2] + row[3][x] * down[3] + half_down) >> down_shift;
      sum += (upper + lower) * across[2 * k];
    }
    out[i] = static_cast<std::uint8_t>(std::clamp(sum >> across_shift, 0, 255));
  }
}

#if defined(SL_AVX2)

namespace {

constexpr std::size_t group = SamplePlan::group;

// Where the samples of a group lie; those of places outside are any.
struct Places {
  std::array<std::int32_t, group> x, y;
};

SL_AVX2 inline __m256i load_256(const std::int32_t* in) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
}
SL_AVX2 inline __m128i load_128(const std::int16_t* in) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
}
SL_AVX2 inline __m128i load_32(const std::uint8_t* in) {
  std::int32_t four;
  std::memcpy(&four, in, sizeof four);
  return _mm_cvtsi32_si128(four);
}

// Two sums of each of four columns: of the upper two samples, and of the lower two.
SL_AVX2 inline __m256i column_sums(const std::uint8_t* const* row, std::ptrdiff_t x, const std::int16_t* down) {
  const __m128i upper = _mm_unpacklo_epi8(load_32(row[0] + x), load_32(row[1] + x));
  const __m128i lower = _mm_unpacklo_epi8(load_32(row[2] + x), load_32(row[3] + x));
  std::int64_t weights;
  std::memcpy(&weights, down, sizeof weights);
  const __m256i sums =
      _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm_unpacklo_epi16(upper, lower)), _mm256_set1_epi64x(weights));
  return _mm256_srai_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(half_down)), down_shift);
}

// Four sums of each of two places, one after the other, which make its sample together.
SL_AVX2 inline __m256i two_places(const KernelTable& table, const SamplePlan& plan, std::size_t i, const Places& at,
                                  std::size_t k, const std::uint8_t* const* rows) {
  const __m256i one = column_sums(rows + at.y[k], at.x[k], table.down(plan.phase_y[i]));
  const __m256i two = column_sums(rows + at.y[k + 1], at.x[k + 1], table.down(plan.phase_y[i + 1]));
  const __m256i across = _mm256_inserti128_si256(_mm256_castsi128_si256(load_128(table.across(plan.phase_x[i]))),
                                                 load_128(table.across(plan.phase_x[i + 1])), 1);
  return _mm256_madd_epi16(_mm256_permute4x64_epi64(_mm256_packs_epi32(one, two), 0xd8), across);
}

}  // namespace

SL_AVX2 void four_bytes(const KernelTable& table, const SamplePlan& plan, std::size_t count,
                        const std::uint8_t* const* rows, std::uint8_t background, std::uint8_t* out) {
  rows += sample_margin;
  Places at;
  for (std::size_t i = 0; i < count; i += group) {
    const std::size_t used = std::min(group, count - i);
    const __m256i x = load_256(plan.x.data() + i);
    const __m256i outside = _mm256_cmpeq_epi32(x, _mm256_set1_epi32(SamplePlan::outside));
    const auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(outside)));
    if (mask == 0xff) {
      std::memset(out + i, background, used);
      continue;
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at.x.data()), _mm256_andnot_si256(outside, x));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at.y.data()),
                        _mm256_andnot_si256(outside, load_256(plan.y.data() + i)));
    const __m256i a =
        _mm256_hadd_epi32(two_places(table, plan, i, at, 0, rows), two_places(table, plan, i + 2, at, 2, rows));
    const __m256i b =
        _mm256_hadd_epi32(two_places(table, plan, i + 4, at, 4, rows), two_places(table, plan, i + 6, at, 6, rows));
    const __m256i sums = _mm256_add_epi32(_mm256_hadd_epi32(a, b), _mm256_set1_epi32(half_across));
    const __m256i whole = _mm256_srai_epi32(sums, across_shift);
    const __m128i even = _mm256_castsi256_si128(whole), odd = _mm256_extracti128_si256(whole, 1);
    const __m128i words = _mm_packs_epi32(_mm_unpacklo_epi32(even, odd), _mm_unpackhi_epi32(even, odd));
    std::array<std::uint8_t, group> made;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(made.data()), _mm_packus_epi16(words, words));
    for (std::size_t k = 0; mask != 0 && k < group; ++k) {
      if ((mask >> k & 1) != 0) made[k] = background;
    }
    if (used == group) {
      std::memcpy(out + i, made.data(), group);
    } else {
      std::memcpy(out + i, made.data(), used);
    }
  }
}

#endif

// Other files see no versions, and would call the default one.
void sample_four_bytes(const KernelTable& table, const SamplePlan& plan, std::size_t count,
                       const std::uint8_t* const* rows, std::uint8_t background, std::uint8_t* out) {
  four_bytes(table, plan, count, rows, background, out);
}

}  // namespace sl

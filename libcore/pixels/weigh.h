// Weighted sums of rows and of columns: the loops of the separable engine (separable.h).
//
// Samples are integers (of 8 bits) or floats. Integers are weighed in pairs, two samples of adjacent rows or columns
// side by side, because CPUs multiply and add two of 16 bits at once; sums are exact in 32 bits. Floats come out the
// same on every CPU: nothing is fused, and the order of the sums is fixed.

#pragma once

#include <cstddef>
#include <cstdint>

namespace sl::weigh {

// Rows are worked on in whole groups of so many samples; memory of rows is that much longer.
inline constexpr std::size_t group = 32;
constexpr std::size_t padded(std::size_t samples) { return (samples + group - 1) / group * group; }
// Rows that are worked on at once in columns(), one sample of each side by side.
inline constexpr std::size_t lanes = 16;

// The fixed point of integers: a weight of 1, and the bits below the point of sums. The weights of one sum are exactly
// 1 together, and those below 0 are at least -1 together.
inline constexpr int weight_bits = 14, sum_bits = 6;

// How many adjacent rows or columns lie side by side.
template <class T>
inline constexpr std::size_t pair = 1;
template <>
inline constexpr std::size_t pair<std::int16_t> = 2;

// Put row `y`, bytes or sums, into its pair of rows: sample x at [2 * x + y % 2]. The even row clears the other one.
void load(const std::uint8_t* in, std::size_t count, std::uint32_t y, std::int16_t* pair);
void load(const std::int16_t* in, std::size_t count, std::uint32_t y, std::int16_t* pair);

// out[x] = the sum of weights[k] * row k [x], for all x below `count`, padded. `taps` counts rows, or pairs of rows,
// which have two weights each. `bits` of integers lie below the point: 0 of bytes, sum_bits of sums.
void rows(const std::int16_t* const* pairs, const std::int16_t* weights, std::size_t taps, std::size_t count, int bits,
          std::int16_t* out);
void rows(const float* const* rows, const float* weights, std::size_t taps, std::size_t count, float* out);

// Put `lanes` rows, `stride` samples from one to the next, side by side: sample x of row r to [x * lanes + r], or the
// pair of samples 2 x and 2 x + 1 to [(x * lanes + r) * 2]. `count` samples of each, padded.
void to_lanes(const std::int16_t* rows, std::size_t stride, std::size_t count, std::int16_t* out);
void to_lanes(const float* rows, std::size_t stride, std::size_t count, float* out);

// The taps of one output column: `count` input columns or pairs from `first` on, their weights from `offset` on.
struct Column {
  std::uint32_t first, count;
  std::size_t offset;
};
// Sums along rows that are side by side: output sample j of row r at [j * lanes + r]. Integers come as sums of rows,
// and become bytes, rounded to nearest and clamped, or sums again.
void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::uint8_t* out);
void columns(const std::int16_t* in, const Column* columns, std::size_t count, const std::int16_t* weights,
             std::int16_t* out);
void columns(const float* in, const Column* columns, std::size_t count, const float* weights, float* out);

// Take the first `used` of the rows apart again. `in` is padded.
void from_lanes(const std::uint8_t* in, std::size_t count, std::size_t used, std::uint8_t* const* rows);
void from_lanes(const std::int16_t* in, std::size_t count, std::size_t used, std::int16_t* const* rows);
void from_lanes(const float* in, std::size_t count, std::size_t used, float* const* rows);

}  // namespace sl::weigh

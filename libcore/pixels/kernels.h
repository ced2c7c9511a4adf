// The few loops that baseline -O3 is not enough for, compiled for several CPUs; everything else trusts the vectoriser.

#pragma once

#include <cstddef>
#include <cstdint>

namespace sl::kernels {

// ---- Conversion (convert_*.cpp) ----

// Y, Cb, Cr (full range, BT.601) to R, G, B side by side: the integers of libjpeg, so exactly its decoder's samples.
void ycc_to_rgb(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::uint8_t* rgb,
                std::size_t pixels);
// The way back, with the integers of libjpeg's encoder.
void rgb_to_ycc(const std::uint8_t* rgb, std::uint8_t* y, std::uint8_t* cb, std::uint8_t* cr, std::size_t pixels);

// libjpeg's triangle filters. `in` has `width` samples, at least 1, and `out` takes twice as many. For h2v2, `near` is
// the row of chroma closer to the output row and `far` the next one on the other side.
void upsample_h2v1(const std::uint8_t* in, std::size_t width, std::uint8_t* out);
void upsample_h2v2(const std::uint8_t* near, const std::uint8_t* far, std::size_t width, std::uint8_t* out);
// (3 near + far + bias) / 4; libjpeg's bias is 1 above the near row and 2 below it.
void upsample_h1v2(const std::uint8_t* near, const std::uint8_t* far, std::size_t width, int bias, std::uint8_t* out);

// libjpeg's box filters, rounding up and down in turn. `in` has 2 * `width` samples.
void downsample_h2v1(const std::uint8_t* in, std::size_t width, std::uint8_t* out);
void downsample_h2v2(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t width, std::uint8_t* out);

// Three or four rows of samples to one row with them side by side, and back.
void interleave(const std::uint8_t* const* in, int components, std::size_t pixels, std::uint8_t* out);
void interleave(const std::uint16_t* const* in, int components, std::size_t pixels, std::uint16_t* out);
void deinterleave(const std::uint8_t* in, int components, std::size_t pixels, std::uint8_t* const* out);
void deinterleave(const std::uint16_t* in, int components, std::size_t pixels, std::uint16_t* const* out);

// out = a * in0 + b * in1 + c * in2 + offset, the same on every CPU (no fused multiply-add). `out` may be an input.
struct Mix {
  float a = 0, b = 0, c = 0, offset = 0;
};
void mix(const float* in0, const float* in1, const float* in2, std::size_t count, const Mix& weights, float* out);
// Samples to floats, those above `largest` clamped to it, and back, rounded to nearest and clamped; NaN becomes 0.
void load(const std::uint8_t* in, std::size_t count, float* out);
void load(const std::uint16_t* in, std::size_t count, std::uint16_t largest, float* out);
void store(const float* in, std::size_t count, std::uint8_t largest, std::uint8_t* out);
void store(const float* in, std::size_t count, std::uint16_t largest, std::uint16_t* out);
// Twice as many samples, linear: the new ones a quarter of a step off the old on both sides, or each second one on an
// old one. `in` has a sample before the first and one after the last.
void double_between(const float* in, std::size_t count, float* out);
void double_on_sample(const float* in, std::size_t count, float* out);

// ---- PNG (formats/png/deflate.cpp) ----

// PNG's filter 4: `out` is `row` less Paeth's prediction from the pixels left, above and above left. Rows have
// `bytes` bytes, at least one pixel of `pixel` bytes.
void paeth(const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes, std::size_t pixel, std::uint8_t* out);
// The sum of the absolute values of these bytes as signed ones: small if the row deflates well.
[[nodiscard]] std::uint64_t sum_of_absolutes(const std::uint8_t* bytes, std::size_t count);

}  // namespace sl::kernels

// The loops of kernels.h.

#include "libcore/pixels/kernels.h"

#include <algorithm>
#include <array>

#include "libcore/pixels/clones.h"

namespace sl::kernels {

// ---- Conversion ----

namespace {

// Rows are worked on in pieces that stay in the first-level cache: arithmetic on planar samples, which vectorises well,
// and then the shuffle to or from interleaved ones.
constexpr std::size_t piece = 256;

inline std::uint8_t saturate(std::int16_t value) {
  return static_cast<std::uint8_t>(std::clamp<std::int16_t>(value, 0, 255));
}

template <class T, int N>
inline void interleave_loop(const T* const* in, std::size_t pixels, T* __restrict out) {
  const T* __restrict a = in[0], * __restrict b = in[1], * __restrict c = in[2], * __restrict d = in[N - 1];
  for (std::size_t i = 0; i < pixels; ++i) {
    out[N * i] = a[i];
    out[N * i + 1] = b[i];
    out[N * i + 2] = c[i];
    if constexpr (N == 4) out[N * i + 3] = d[i];
  }
}

template <class T, int N>
inline void deinterleave_loop(const T* __restrict in, std::size_t pixels, T* const* out) {
  T* __restrict a = out[0], * __restrict b = out[1], * __restrict c = out[2], * __restrict d = out[N - 1];
  for (std::size_t i = 0; i < pixels; ++i) {
    a[i] = in[N * i];
    b[i] = in[N * i + 1];
    c[i] = in[N * i + 2];
    if constexpr (N == 4) d[i] = in[N * i + 3];
  }
}

}  // namespace

// libjpeg adds (1.402 * 2^16 * x + 2^15) >> 16 and the like in 32 bits. 1.402 = 1 + 26345 / 2^16, 1.772 = 2 - 14942 /
// 2^16 and 0.71414 = 1 - 18734 / 2^16 leave factors that fit 16 bits, and floor((floor(a) + 1) / 2) = floor((a + 1) /
// 2) keeps the rounding exact.
SL_CLONES void ycc_to_rgb(const std::uint8_t* __restrict y, const std::uint8_t* __restrict cb,
                          const std::uint8_t* __restrict cr, std::uint8_t* __restrict rgb, std::size_t pixels) {
  alignas(64) std::array<std::uint8_t, piece> red, green, blue;
  for (std::size_t start = 0; start < pixels; start += piece) {
    const std::size_t count = std::min(piece, pixels - start);
    for (std::size_t i = 0; i < count; ++i) {
      const auto luma = static_cast<std::int16_t>(y[start + i]);
      const auto b = static_cast<std::int16_t>(cb[start + i] - 128), r = static_cast<std::int16_t>(cr[start + i] - 128);
      const auto add_r = static_cast<std::int16_t>((static_cast<std::int16_t>(2 * r) * 26345) >> 16);
      const auto add_b = static_cast<std::int16_t>((static_cast<std::int16_t>(2 * b) * -14942) >> 16);
      const auto add_g = static_cast<std::int16_t>((-22554 * b + 18734 * r + 32768) >> 16);
      red[i] = saturate(static_cast<std::int16_t>(luma + r + (static_cast<std::int16_t>(add_r + 1) >> 1)));
      green[i] = saturate(static_cast<std::int16_t>(luma - r + add_g));
      blue[i] = saturate(static_cast<std::int16_t>(luma + 2 * b + (static_cast<std::int16_t>(add_b + 1) >> 1)));
    }
    const std::uint8_t* const planes[] = {red.data(), green.data(), blue.data()};
    interleave_loop<std::uint8_t, 3>(planes, count, rgb + 3 * start);
  }
}

SL_CLONES void rgb_to_ycc(const std::uint8_t* __restrict rgb, std::uint8_t* __restrict y, std::uint8_t* __restrict cb,
                          std::uint8_t* __restrict cr, std::size_t pixels) {
  alignas(64) std::array<std::uint8_t, piece> red, green, blue;
  for (std::size_t start = 0; start < pixels; start += piece) {
    const std::size_t count = std::min(piece, pixels - start);
    std::uint8_t* const planes[] = {red.data(), green.data(), blue.data()};
    deinterleave_loop<std::uint8_t, 3>(rgb + 3 * start, count, planes);
    for (std::size_t i = 0; i < count; ++i) {
      const int r = red[i], g = green[i], b = blue[i];
      y[start + i] = static_cast<std::uint8_t>((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
      cb[start + i] = static_cast<std::uint8_t>((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16);
      cr[start + i] = static_cast<std::uint8_t>((32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16);
    }
  }
}

// With the sample beyond an edge equal to the one at it, the inner formula gives what libjpeg's special cases do.
SL_CLONES void upsample_h2v1(const std::uint8_t* __restrict in, std::size_t width, std::uint8_t* __restrict out) {
  if (width == 1) {
    out[0] = out[1] = in[0];
    return;
  }
  out[0] = in[0];
  out[1] = static_cast<std::uint8_t>((3 * in[0] + in[1] + 2) >> 2);
  for (std::size_t i = 1; i + 1 < width; ++i) {
    out[2 * i] = static_cast<std::uint8_t>((3 * in[i] + in[i - 1] + 1) >> 2);
    out[2 * i + 1] = static_cast<std::uint8_t>((3 * in[i] + in[i + 1] + 2) >> 2);
  }
  const std::size_t last = width - 1;
  out[2 * last] = static_cast<std::uint8_t>((3 * in[last] + in[last - 1] + 1) >> 2);
  out[2 * last + 1] = in[last];
}

SL_CLONES void upsample_h2v2(const std::uint8_t* __restrict near, const std::uint8_t* __restrict far, std::size_t width,
                             std::uint8_t* __restrict out) {
  std::array<std::uint16_t, piece + 2> sums;  // of columns start - 1 to start + count
  const auto sum = [&](std::size_t i) { return static_cast<std::uint16_t>(3 * near[i] + far[i]); };
  for (std::size_t start = 0; start < width; start += piece) {
    const std::size_t count = std::min(piece, width - start);
    sums[0] = sum(start == 0 ? 0 : start - 1);
    for (std::size_t i = 0; i < count; ++i) {
      sums[i + 1] = static_cast<std::uint16_t>(3 * near[start + i] + far[start + i]);
    }
    sums[count + 1] = sum(std::min(start + count, width - 1));
    for (std::size_t i = 0; i < count; ++i) {
      const auto here = static_cast<std::uint16_t>(3 * sums[i + 1]);
      out[2 * (start + i)] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(here + sums[i] + 8) >> 4);
      out[2 * (start + i) + 1] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(here + sums[i + 2] + 7) >> 4);
    }
  }
}

SL_CLONES void upsample_h1v2(const std::uint8_t* __restrict near, const std::uint8_t* __restrict far, std::size_t width,
                             int bias, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < width; ++i) out[i] = static_cast<std::uint8_t>((3 * near[i] + far[i] + bias) >> 2);
}

SL_CLONES void downsample_h2v1(const std::uint8_t* __restrict in, std::size_t width, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = static_cast<std::uint8_t>((in[2 * i] + in[2 * i + 1] + static_cast<int>(i & 1)) >> 1);
  }
}

SL_CLONES void downsample_h2v2(const std::uint8_t* __restrict upper, const std::uint8_t* __restrict lower,
                               std::size_t width, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < width; ++i) {
    const int sum = upper[2 * i] + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1];
    out[i] = static_cast<std::uint8_t>((sum + 1 + static_cast<int>(i & 1)) >> 2);
  }
}

SL_CLONES void interleave(const std::uint8_t* const* in, int components, std::size_t pixels, std::uint8_t* out) {
  components == 3 ? interleave_loop<std::uint8_t, 3>(in, pixels, out)
                  : interleave_loop<std::uint8_t, 4>(in, pixels, out);
}

SL_CLONES void interleave(const std::uint16_t* const* in, int components, std::size_t pixels, std::uint16_t* out) {
  components == 3 ? interleave_loop<std::uint16_t, 3>(in, pixels, out)
                  : interleave_loop<std::uint16_t, 4>(in, pixels, out);
}

SL_CLONES void deinterleave(const std::uint8_t* in, int components, std::size_t pixels, std::uint8_t* const* out) {
  components == 3 ? deinterleave_loop<std::uint8_t, 3>(in, pixels, out)
                  : deinterleave_loop<std::uint8_t, 4>(in, pixels, out);
}

SL_CLONES void deinterleave(const std::uint16_t* in, int components, std::size_t pixels, std::uint16_t* const* out) {
  components == 3 ? deinterleave_loop<std::uint16_t, 3>(in, pixels, out)
                  : deinterleave_loop<std::uint16_t, 4>(in, pixels, out);
}

SL_FLOAT_CLONES void mix(const float* in0, const float* in1, const float* in2, std::size_t count, const Mix& weights,
                         float* out) {
  const auto [a, b, c, offset] = weights;
#pragma GCC ivdep  // `out` may be one of the inputs
  for (std::size_t i = 0; i < count; ++i) out[i] = a * in0[i] + b * in1[i] + c * in2[i] + offset;
}

SL_FLOAT_CLONES void load(const std::uint8_t* __restrict in, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(in[i]);
}

SL_FLOAT_CLONES void load(const std::uint16_t* __restrict in, std::size_t count, std::uint16_t largest,
                          float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(std::min(in[i], largest));
}

// `largest` is a variable for 8 bits too: with a constant, g++ 12 makes branches of the clamping and vectorises
// nothing.
SL_FLOAT_CLONES void store(const float* __restrict in, std::size_t count, std::uint8_t largest,
                           std::uint8_t* __restrict out) {
  const auto top = static_cast<float>(largest);
  for (std::size_t i = 0; i < count; ++i) {
    const float low = in[i] > 0 ? in[i] : 0;  // this way round, NaN is 0
    out[i] = static_cast<std::uint8_t>(static_cast<int>((low < top ? low : top) + 0.5F));
  }
}

SL_FLOAT_CLONES void store(const float* __restrict in, std::size_t count, std::uint16_t largest,
                           std::uint16_t* __restrict out) {
  const auto top = static_cast<float>(largest);
  for (std::size_t i = 0; i < count; ++i) {
    const float low = in[i] > 0 ? in[i] : 0;
    out[i] = static_cast<std::uint16_t>(static_cast<int>((low < top ? low : top) + 0.5F));
  }
}

SL_FLOAT_CLONES void double_between(const float* __restrict in, std::size_t count, float* __restrict out) {
  const float* before = in - 1;
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = 0.25F * before[i] + 0.75F * in[i];
    out[2 * i + 1] = 0.75F * in[i] + 0.25F * in[i + 1];
  }
}

SL_FLOAT_CLONES void double_on_sample(const float* __restrict in, std::size_t count, float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = in[i];
    out[2 * i + 1] = 0.5F * in[i] + 0.5F * in[i + 1];
  }
}

// ---- PNG ----

// In 16 bits and without branches: Paeth's distances need 10. If two are equal, left goes before above before above
// left.
SL_CLONES void paeth(const std::uint8_t* __restrict row, const std::uint8_t* __restrict above, std::size_t bytes,
                     std::size_t pixel, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < pixel; ++i) out[i] = static_cast<std::uint8_t>(row[i] - above[i]);
  for (std::size_t i = pixel; i < bytes; ++i) {
    const std::int16_t a = row[i - pixel], b = above[i], c = above[i - pixel];
    const auto to_a = static_cast<std::int16_t>(b - c), to_b = static_cast<std::int16_t>(a - c);
    const auto both = static_cast<std::int16_t>(to_a + to_b);
    const auto pa = static_cast<std::int16_t>(to_a < 0 ? -to_a : to_a);
    const auto pb = static_cast<std::int16_t>(to_b < 0 ? -to_b : to_b);
    const auto pc = static_cast<std::int16_t>(both < 0 ? -both : both);
    const std::int16_t nearer = pb <= pc ? b : c;
    const std::int16_t smaller = pb <= pc ? pb : pc;
    const std::int16_t predicted = pa <= smaller ? a : nearer;
    out[i] = static_cast<std::uint8_t>(row[i] - predicted);
  }
}

// In 16 bits, as long as they hold the sum: 256 times 128 at most.
SL_CLONES std::uint64_t sum_of_absolutes(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t total = 0;
  std::size_t i = 0;
  for (; count - i >= 256; i += 256) {
    std::uint16_t sum = 0;
    for (std::size_t k = 0; k < 256; ++k) {
      const auto negated = static_cast<std::uint8_t>(-bytes[i + k]);
      sum = static_cast<std::uint16_t>(sum + std::min(bytes[i + k], negated));
    }
    total += sum;
  }
  for (; i < count; ++i) total += std::min(bytes[i], static_cast<std::uint8_t>(-bytes[i]));
  return total;
}

}  // namespace sl::kernels

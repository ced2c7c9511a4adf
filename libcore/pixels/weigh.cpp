// The loops of weigh.h that are plain C++; weigh_integers.cpp has the sums of integers.

#include "libcore/pixels/weigh.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/pixels/clones.h"

namespace sl::weigh {

namespace {

// Vectors by name, so that sums stay in registers.
using Floats __attribute__((vector_size(32))) = float;
using Bytes __attribute__((vector_size(16))) = std::uint8_t;
using Words __attribute__((vector_size(16))) = std::uint32_t;

// sum += weight * in, for one vector.
[[gnu::always_inline]] inline void add(const float* in, float weight, Floats& sum) {
  Floats vector;
  std::memcpy(&vector, in, sizeof vector);
  sum += vector * weight;
}

// Four rows of four words, `in_stride` apart, to four columns, `out_stride` apart.
[[gnu::always_inline]] inline void transpose(const std::byte* in, std::size_t in_stride, std::byte* out,
                                             std::size_t out_stride) {
  std::array<Words, 4> a, b;
  for (std::size_t r = 0; r < 4; ++r) std::memcpy(&a[r], in + r * in_stride, sizeof a[r]);
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t i = 0; i < 2; ++i) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 2], 0, 4, 1, 5);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 6, 3, 7);
    }
    a = b;
  }
  for (std::size_t c = 0; c < 4; ++c) std::memcpy(out + c * out_stride, &a[c], sizeof a[c]);
}

// Rows of `words` words to columns with one word of each row.
[[gnu::always_inline]] inline void words_to_lanes(const std::byte* rows, std::size_t stride, std::size_t words,
                                                  std::byte* out) {
  constexpr std::size_t word = 4;
  for (std::size_t x = 0; x < words; x += 4) {
    for (std::size_t r = 0; r < lanes; r += 4) {
      transpose(rows + r * stride + x * word, stride, out + (x * lanes + r) * word, lanes * word);
    }
  }
}

// Whole words, half of them kept: loops with a stride of two vectorise badly.
template <class T>
[[gnu::always_inline]] inline void load_loop(const T* __restrict in, std::size_t count, std::uint32_t y,
                                             std::int16_t* __restrict pair) {
  auto* __restrict both = reinterpret_cast<std::uint32_t __attribute__((may_alias))*>(pair);
  if (y % 2 == 0) {
    for (std::size_t x = 0; x < count; ++x) both[x] = in[x];
  } else {
    for (std::size_t x = 0; x < count; ++x) both[x] = (both[x] & 0xffff) | (std::uint32_t{in[x]} << 16);
  }
}

}  // namespace

SL_CLONES void load(const std::uint8_t* in, std::size_t count, std::uint32_t y, std::int16_t* pair) {
  load_loop(in, count, y, pair);
}
SL_CLONES void load(const std::int16_t* in, std::size_t count, std::uint32_t y, std::int16_t* pair) {
  load_loop(reinterpret_cast<const std::uint16_t*>(in), count, y, pair);
}

SL_FLOAT_CLONES void rows(const float* const* rows, const float* weights, std::size_t taps, std::size_t count,
                          float* out) {
  for (std::size_t start = 0; start < count; start += group) {
    Floats a{}, b{}, c{}, d{};
    for (std::size_t k = 0; k < taps; ++k) {
      const float* in = rows[k] + start;
      add(in, weights[k], a);
      add(in + 8, weights[k], b);
      add(in + 16, weights[k], c);
      add(in + 24, weights[k], d);
    }
    std::memcpy(out + start, &a, sizeof a);
    std::memcpy(out + start + 8, &b, sizeof b);
    std::memcpy(out + start + 16, &c, sizeof c);
    std::memcpy(out + start + 24, &d, sizeof d);
  }
}

SL_FLOAT_CLONES void columns(const float* in, const Column* columns, std::size_t count, const float* weights,
                             float* out) {
  for (std::size_t j = 0; j < count; ++j) {
    const float* from = in + std::size_t{columns[j].first} * lanes;
    const float* weight = weights + columns[j].offset;
    Floats low{}, high{};
    for (std::size_t k = 0; k < columns[j].count; ++k) {
      add(from + k * lanes, weight[k], low);
      add(from + k * lanes + 8, weight[k], high);
    }
    std::memcpy(out + j * lanes, &low, sizeof low);
    std::memcpy(out + j * lanes + 8, &high, sizeof high);
  }
}

void to_lanes(const std::int16_t* rows, std::size_t stride, std::size_t count, std::int16_t* out) {
  words_to_lanes(reinterpret_cast<const std::byte*>(rows), stride * sizeof *rows, (count + 1) / 2,
                 reinterpret_cast<std::byte*>(out));
}
void to_lanes(const float* rows, std::size_t stride, std::size_t count, float* out) {
  words_to_lanes(reinterpret_cast<const std::byte*>(rows), stride * sizeof *rows, count,
                 reinterpret_cast<std::byte*>(out));
}

void from_lanes(const std::uint8_t* in, std::size_t count, std::size_t used, std::uint8_t* const* rows) {
  static_assert(lanes == sizeof(Bytes));
  std::array<Bytes, lanes> a, b;
  for (std::size_t x = 0; x < count; x += lanes) {
    std::memcpy(a.data(), in + x * lanes, sizeof a);
    for (int pass = 0; pass < 4; ++pass) {
      for (std::size_t i = 0; i < 8; ++i) {
        b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        b[2 * i + 1] =
            __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      }
      a = b;
    }
    if (count - x >= lanes) {
      for (std::size_t r = 0; r < used; ++r) std::memcpy(rows[r] + x, &a[r], lanes);
    } else {
      for (std::size_t r = 0; r < used; ++r) std::memcpy(rows[r] + x, &a[r], count - x);
    }
  }
}
void from_lanes(const std::int16_t* in, std::size_t count, std::size_t used, std::int16_t* const* rows) {
  for (std::size_t x = 0; x < count; ++x) {
    for (std::size_t r = 0; r < used; ++r) rows[r][x] = in[x * lanes + r];
  }
}
void from_lanes(const float* in, std::size_t count, std::size_t used, float* const* rows) {
  for (std::size_t x = 0; x < count; x += 4) {
    std::array<std::array<float, 4>, lanes> piece;
    for (std::size_t r = 0; r < lanes; r += 4) {
      transpose(reinterpret_cast<const std::byte*>(in + x * lanes + r), lanes * sizeof(float),
                reinterpret_cast<std::byte*>(&piece[r]), sizeof piece[r]);
    }
    const std::size_t bytes = std::min<std::size_t>(4, count - x) * sizeof(float);
    for (std::size_t r = 0; r < used; ++r) std::memcpy(rows[r] + x, &piece[r], bytes);
  }
}

}  // namespace sl::weigh

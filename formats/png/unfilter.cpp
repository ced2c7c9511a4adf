// PngUnfilter: kernels of one vector per pixel with SSE2, which every x86-64 has, and bytewise ones elsewhere.
//
// What bounds Average and Paeth is the way from one pixel to the next, so as much as can be is kept off it:
// 2 instructions for Average, 6 for Paeth. Wider vectors would do nothing for it.

#include "formats/png/unfilter.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace sl {

namespace {

constexpr std::size_t filters = 5;

void undo_up(std::uint8_t* __restrict bytes, const std::uint8_t* __restrict above, std::size_t count,
             const std::uint8_t*, const std::uint8_t*) {
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(bytes[i] + above[i]);
}

#if defined(__SSE2__)

template <std::size_t count>
__m128i load(const std::uint8_t* bytes) {
  if constexpr (count > 4) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, count);
    return _mm_set_epi64x(0, static_cast<long long>(value));
  } else {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes, count);
    return _mm_cvtsi32_si128(static_cast<int>(value));
  }
}

template <std::size_t count>
void store(std::uint8_t* bytes, __m128i pixel) {
  if constexpr (count > 4) {
    std::uint64_t value = 0;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(&value), pixel);
    std::memcpy(bytes, &value, count);
  } else {
    const auto value = static_cast<std::uint32_t>(_mm_cvtsi128_si32(pixel));
    std::memcpy(bytes, &value, count);
  }
}

struct Sub {
  explicit Sub(__m128i left, __m128i) : left_(left) {}
  __m128i operator()(__m128i pixel, __m128i) { return left_ = _mm_add_epi8(left_, pixel); }

 private:
  __m128i left_;
};

// The instruction rounds up and the filter down. Of complements it rounds down: ~avg(~a, ~b) = (a + b) / 2, and
// ~(~avg + pixel) = avg - pixel, so that the complement of the result is already the input of the next pixel.
struct Average {
  explicit Average(__m128i left, __m128i) : left_(complement(left)) {}
  __m128i operator()(__m128i pixel, __m128i above) {
    left_ = _mm_sub_epi8(_mm_avg_epu8(left_, complement(above)), pixel);
    return complement(left_);
  }

 private:
  static __m128i complement(__m128i pixel) { return _mm_xor_si128(pixel, _mm_set1_epi8(-1)); }
  __m128i left_;
};

// With p = left + above - corner, which of the three is nearest to p, is seen from 3 corner - left - above alone: not
// less than the greater of left and above, it is the lesser; not more than the lesser, the greater; else the corner.
// If both hold, left and above are the same.
struct Paeth {
  Paeth(__m128i left, __m128i corner) : left_(widened(left)), corner_(widened(corner)) {}
  __m128i operator()(__m128i pixel, __m128i above) {
    const __m128i up = widened(above);
    const __m128i twice = _mm_add_epi16(corner_, corner_);
    const __m128i threshold = _mm_sub_epi16(_mm_add_epi16(twice, _mm_sub_epi16(corner_, up)), left_);
    const __m128i low = _mm_min_epi16(left_, up), high = _mm_max_epi16(left_, up);
    const __m128i not_low = _mm_cmpgt_epi16(high, threshold), not_high = _mm_cmpgt_epi16(threshold, low);
    const __m128i edge = _mm_or_si128(_mm_andnot_si128(not_low, low), _mm_andnot_si128(not_high, high));
    const __m128i inside = _mm_and_si128(_mm_and_si128(not_low, corner_), not_high);
    // Bytewise: the upper half of every lane stays zero.
    left_ = _mm_add_epi8(_mm_or_si128(edge, inside), widened(pixel));
    corner_ = up;
    return _mm_packus_epi16(left_, left_);
  }

 private:
  static __m128i widened(__m128i pixel) { return _mm_unpacklo_epi8(pixel, _mm_setzero_si128()); }
  __m128i left_, corner_;
};

// Pixels of 3 and 6 bytes are moved as 4 and 8, except the last ones. Bytes that a store destroys were loaded before.
template <class Step, std::size_t size>
void undo(std::uint8_t* bytes, const std::uint8_t* above, std::size_t count, const std::uint8_t* left,
          const std::uint8_t* corner) {
  constexpr std::size_t wide = std::bit_ceil(size);
  Step step(load<size>(left), load<size>(corner));
  __m128i next = load<size>(bytes);
  std::size_t i = 0;
  for (; i + size + wide <= count; i += size) {
    const __m128i pixel = next;
    next = load<wide>(bytes + i + size);
    store<wide>(bytes + i, step(pixel, load<wide>(above + i)));
  }
  while (true) {
    store<size>(bytes + i, step(next, load<size>(above + i)));
    i += size;
    if (i == count) return;
    next = load<size>(bytes + i);
  }
}

#else

struct Sub {
  static int predict(int left, int, int) { return left; }
};

struct Average {
  static int predict(int left, int above, int) { return (left + above) / 2; }
};

struct Paeth {
  static int predict(int left, int above, int corner) {
    const int threshold = 3 * corner - left - above, low = std::min(left, above), high = std::max(left, above);
    const int inside = high <= threshold ? low : corner;
    return threshold <= low ? high : inside;
  }
};

template <class Filter, std::size_t size>
void undo(std::uint8_t* bytes, const std::uint8_t* above, std::size_t count, const std::uint8_t* left,
          const std::uint8_t* corner) {
  std::array<std::uint8_t, size> before, diagonal;
  std::copy_n(left, size, before.begin());
  std::copy_n(corner, size, diagonal.begin());
  for (std::size_t i = 0; i < count; i += size) {
    for (std::size_t c = 0; c < size; ++c) {
      before[c] = static_cast<std::uint8_t>(bytes[i + c] + Filter::predict(before[c], above[i + c], diagonal[c]));
      diagonal[c] = above[i + c];
      bytes[i + c] = before[c];
    }
  }
}

#endif

// By the filter's number in the file.
template <std::size_t size>
constexpr std::array<PngUnfilter::Kernel*, filters> kernels{nullptr, undo<Sub, size>, undo_up, undo<Average, size>,
                                                            undo<Paeth, size>};

std::span<PngUnfilter::Kernel* const> kernels_of(std::size_t pixel) {
  switch (pixel) {
    case 1:
      return kernels<1>;
    case 2:
      return kernels<2>;
    case 3:
      return kernels<3>;
    case 4:
      return kernels<4>;
    case 6:
      return kernels<6>;
    default:
      return kernels<8>;
  }
}

}  // namespace

void PngUnfilter::begin(std::size_t row, std::size_t pixel) {
  assert(row > 0 && row % pixel == 0 && pixel <= max_pixel && pixel != 5 && pixel != 7);
  row_ = row;
  pixel_ = pixel;
  kernels_ = kernels_of(pixel);
}

std::size_t PngUnfilter::undo(std::span<std::byte> bytes) {
  if (row_ == 0) return bytes.size();
  if (above_.empty()) above_.resize(max_pixel + row_);
  auto* const all = reinterpret_cast<std::uint8_t*>(bytes.data());
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (left_ == 0) {
      const std::uint8_t filter = all[done];
      kernel_ = filter < filters ? kernels_[filter] : nullptr;
      if (filter < filters) all[done] = 0;
      ++done;
      left_ = row_;
      corner_.fill(0);
    }
    std::size_t count = std::min(left_, bytes.size() - done);
    count -= count % pixel_;
    if (count == 0) break;
    std::uint8_t* const above = above_.data() + max_pixel + (row_ - left_);
    if (kernel_ != nullptr) kernel_(all + done, above, count, above - pixel_, corner_.data());
    std::copy_n(above + count - pixel_, pixel_, corner_.begin());
    std::copy_n(all + done, count, above);
    done += count;
    left_ -= count;
  }
  return done;
}

}  // namespace sl

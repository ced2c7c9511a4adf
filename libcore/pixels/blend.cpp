// The loops of blend.h.

#include "libcore/pixels/blend.h"

#include <cassert>
#include <cmath>
#include <cstdint>

namespace sl {

namespace {

template <class T>
void blend_integers(const T* a, const T* b, T* out, std::size_t count, std::uint32_t weight, int low_bits) {
  // 65535 * 65536 + 32768 fits in 32 bits.
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t left = static_cast<std::uint32_t>(a[i]) >> low_bits,
                        right = static_cast<std::uint32_t>(b[i]) >> low_bits;
    out[i] = static_cast<T>(((left * (65536 - weight) + right * weight + 32768) >> 16) << low_bits);
  }
}

}  // namespace

void blend(const PixelFormat& format, std::span<const std::byte> a, std::span<const std::byte> b, double weight_of_b,
           std::span<std::byte> out) {
  assert(a.size() == b.size() && a.size() == out.size());
  const auto weight = static_cast<std::uint32_t>(std::lround(weight_of_b * 65536));
  if (format.sample == Sample::U8) {
    blend_integers(reinterpret_cast<const std::uint8_t*>(a.data()), reinterpret_cast<const std::uint8_t*>(b.data()),
                   reinterpret_cast<std::uint8_t*>(out.data()), a.size(), weight, 0);
  } else if (format.sample == Sample::U16) {
    blend_integers(reinterpret_cast<const std::uint16_t*>(a.data()), reinterpret_cast<const std::uint16_t*>(b.data()),
                   reinterpret_cast<std::uint16_t*>(out.data()), a.size() / 2, weight, format.low_bits);
  } else {
    const auto* left = reinterpret_cast<const float*>(a.data());
    const auto* right = reinterpret_cast<const float*>(b.data());
    auto* to = reinterpret_cast<float*>(out.data());
    const auto share = static_cast<float>(weight_of_b);
    for (std::size_t i = 0; i < a.size() / 4; ++i) to[i] = left[i] * (1 - share) + right[i] * share;
  }
}

}  // namespace sl

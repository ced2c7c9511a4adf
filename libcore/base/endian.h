// Little-endian integers in byte buffers, at any alignment.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace sl {

static_assert(std::endian::native == std::endian::little, "samples travel little-endian and are used in place");

// The integer at `bytes`, which holds at least sizeof(T) bytes.
template <class T>
[[nodiscard]] T load_le(const std::byte* bytes) {
  static_assert(std::is_integral_v<T>);
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <class T>
void store_le(std::byte* bytes, T value) {
  static_assert(std::is_integral_v<T>);
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace sl

// Integers in byte buffers, little- and big-endian, at any alignment.

#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sl {

static_assert(std::endian::native == std::endian::little, "samples are little-endian on the wire and used in place");

// std::byte, char or std::uint8_t.
template <class B>
concept OneByte = sizeof(B) == 1;

// Return the integer at `bytes`, which holds at least sizeof(T) bytes.
template <std::integral T, OneByte B>
[[nodiscard]] T load_le(const B* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}
template <std::unsigned_integral T, OneByte B>
[[nodiscard]] T load_be(const B* bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(bytes[i]));
  return value;
}

// Store `value` at `bytes`, which has room for sizeof(T) bytes.
template <OneByte B, std::integral T>
void store_le(B* bytes, T value) {
  std::memcpy(bytes, &value, sizeof value);
}
template <OneByte B, std::unsigned_integral T>
void store_be(B* bytes, T value) {
  for (std::size_t i = 0; i < sizeof value; ++i) bytes[i] = static_cast<B>(value >> 8 * (sizeof value - 1 - i) & 0xff);
}

// Write `count` samples from `from` to `to` in the other byte order. Both may be the same.
template <class T>
requires(sizeof(T) == 2 || sizeof(T) == 4) void swap_bytes(const T* from, T* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = sizeof(T) == 2 ? static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(from[i])))
                           : static_cast<T>(__builtin_bswap32(from[i]));
  }
}

}  // namespace sl

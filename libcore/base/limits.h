// Limits on what untrusted input may allocate. Check before allocating.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sl {

// Limits that options raise. One set per process; the option parser sets it before any input is read.
struct Limits {
  std::uint64_t pixels = std::uint64_t{1} << 29;     // of one decoded picture: --max-pixels
  std::uint64_t memory = std::uint64_t{2} << 30;     // bytes held at once for one picture: --max-memory
  std::uint64_t metadata = std::uint64_t{64} << 20;  // bytes of attachments and text of one stream: --max-metadata
};
[[nodiscard]] Limits& limits();

// Fixed limits of the wire (docs/wire-format.md).
namespace wire_limit {
inline constexpr std::uint32_t body = 64u << 20;
inline constexpr std::uint32_t rows_body = 1u << 20;  // or the smallest legal strip, if that is larger
inline constexpr std::uint32_t json = 64u << 10;
inline constexpr std::uint32_t long_json = 1u << 20;  // FRAME and END
inline constexpr int json_depth = 16;
inline constexpr std::size_t tracks = 64;
inline constexpr std::size_t attachments = 64;  // a track
inline constexpr std::size_t stages = 64;
inline constexpr std::int64_t number = 0x7fffffff;  // width, height, numerators, denominators
}  // namespace wire_limit

// Throw Error(Limit), naming the option that raises it, if over the limit. `name` is the input's name.
void check_pixels(std::string_view name, std::uint64_t width, std::uint64_t height);
void check_memory(std::string_view name, std::uint64_t bytes, std::string_view what);
void check_metadata(std::string_view name, std::uint64_t bytes, std::string_view what);

// Return a * b, or the largest uint64 if that does not fit.
[[nodiscard]] constexpr std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? ~std::uint64_t{0} : product;
}

}  // namespace sl

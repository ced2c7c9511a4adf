// Differences of a plane's samples to their neighbours, and back: small numbers where a picture is smooth.

#pragma once

#include <cstddef>
#include <cstdint>

namespace sl::packing {

// What a sample x is predicted by, from a to its left, b above it and c above a; outside the plane all are 0. In the
// first row, Left and Above both use a; in the first column, both use b.
enum class Predictor : std::uint8_t {
  None,
  Left,   // a
  Above,  // b
  Plane,  // a + b - c
  Line,   // of sound, whose rows are moments: twice the sample above less the one above that
};
inline constexpr int predictors = 5;

// `rows` rows of `width` samples without gaps, as integers of 8, 16 or 32 bits; sums wrap around.
template <class T>
struct Samples {
  T* data = nullptr;
  std::size_t width = 0;
  std::uint32_t rows = 0;

  [[nodiscard]] std::size_t count() const { return width * rows; }
};

// For std::uint8_t, std::uint16_t and std::uint32_t.
template <class T>
struct Residuals {
  // Write x - prediction for each sample of `in` to `out`, which has as many and does not overlap.
  static void subtract_prediction(Predictor predictor, const Samples<const T>& in, T* out);
  // Turn these differences into samples again, in place.
  static void add_prediction(Predictor predictor, const Samples<T>& differences);

  // Return the predictor with the smallest differences in some rows of `in`: of Left, Above and Plane, or of None,
  // Above and Line for sound.
  [[nodiscard]] static Predictor choose_predictor(const Samples<const T>& in, bool sound);

  // One plane of each `lanes`-th sample, and back. `out` and `in` are `lanes` planes one after another, of count /
  // lanes samples each.
  static void split_lanes(const T* in, std::size_t count, std::size_t lanes, T* out);
  static void join_lanes(const T* in, std::size_t count, std::size_t lanes, T* out);

  // a -= b and a += b, sample by sample.
  static void subtract(T* a, const T* b, std::size_t count);
  static void add(T* a, const T* b, std::size_t count);

  // Return whether a - b is smaller than a, in some of `count` differences.
  [[nodiscard]] static bool is_smaller_less(const T* a, const T* b, std::size_t count);

  // Differences as numbers that are small for small ones of either sign (0, -1, 1, -2 become 0, 1, 2, 3), cut into
  // planes of bytes, the low bytes first: `out` has sizeof(T) * count bytes. And back.
  static void split_bytes(const T* in, std::size_t count, std::uint8_t* out);
  static void join_bytes(const std::uint8_t* in, std::size_t count, T* out);
};

}  // namespace sl::packing

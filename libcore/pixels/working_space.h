// The tracks that filters compute in: the same picture in samples that suit the arithmetic.

#pragma once

#include <cstdint>

namespace sl {

struct Track;

enum class WorkingSpace : std::uint8_t {
  Decided,      // its own samples; every unknown of its colours named as a Converter decides it
  Straight,     // its own samples; colours not multiplied by alpha
  Rgb,          // R'G'B' side by side, at least as deep (8 or 16 bits, float); alpha straight, if it has any
  Rgb24,        // as screens have it: 8 bits, no alpha
  Gray,         // luma alone, 8 bits
  FloatGray,    // luma alone, as floats
  FloatRgb,     // R'G'B' side by side as floats, no alpha
  FloatRgba,    // the same with straight alpha
  FloatPlanes,  // planes of floats: gray alone, or G', B', R', with straight alpha if its format has alpha
};

// Return the track of the same frames in this space. All but the first two are of full range. Throws Data for matrix 0
// with subsampled chroma (Decided).
[[nodiscard]] Track working(const Track& track, WorkingSpace space);

// Return the track in which pictures of both can be compared or put together: `a`, if `b` needs no conversion to it;
// otherwise gray, or R'G'B' side by side, of full range, as deep as the deeper one, with straight alpha if either has
// any. They have one size. Throws Data as a Converter does.
[[nodiscard]] Track common_track(const Track& a, const Track& b);

// Return `to`, which has the pixels of `from` in another size: if its matrix is unknown, and a Converter would assume
// another one for that size, it names the matrix that a Converter assumes for `from`.
[[nodiscard]] Track with_same_matrix(const Track& from, Track to);

}  // namespace sl

// ICC profiles made from numbers, for formats that state colours by a profile only: JPEG and WebP; and for colours that
// have no number in H.273, such as PNG's gAMA of 1/1.8.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libcore/media/color.h"
#include "libcore/pixels/matrix.h"

namespace sl {

// White, red, green and blue, x and y each, in units of 1/100000, as PNG's cHRM has them.
using Chromaticities = std::array<std::int32_t, 8>;

struct Primaries {
  int number;  // of H.273
  Chromaticities chromaticities;
};
[[nodiscard]] std::span<const Primaries> known_primaries();
// Return those of a number of H.273; of BT.709 for 2 (unknown). Throw Data for other numbers.
[[nodiscard]] const Primaries& primaries_of(int number);
// Return the matrix from red, green and blue light to XYZ as profiles connect colors: adapted to D50 (Bradford).
[[nodiscard]] Matrix light_to_xyz(const Chromaticities& chromaticities);
// Return whether these codes are meant for displays like sRGB's: sRGB itself, unknown ones, and BT.709's curve and its
// kin, which are a camera's.
[[nodiscard]] bool is_like_srgb(int transfer);

struct ProfileColors {
  Chromaticities chromaticities;
  int primaries = 2;  // numbers of H.273
  int transfer = 13;
  double gamma = 0;  // if above 0: the exponent from codes to light, instead of `transfer`
  bool gray = false;
};
// Return a profile (ICC.1:2022) of these colours, with sRGB's curve where is_like_srgb().
[[nodiscard]] std::string make_icc(const ProfileColors& colors);

// Return a profile of the track's colours, or nothing for those that a picture without a profile has: sRGB, BT.709 and
// unknown ones. An unknown half of them is sRGB's.
[[nodiscard]] std::string icc_of(const Color& color, bool gray);

}  // namespace sl

// The maps of sl-warp, as users write them.

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/pixels/warper.h"

namespace sl {

class TableMap;

// Numbers with commas, blanks or colons between them.
struct Numbers {
  std::vector<double> values;
};
// Throw Usage, naming `option`.
void parse_value(std::string_view option, std::string_view text, Numbers& numbers);

enum class Polar : std::uint8_t { Unroll, Roll };
inline constexpr Name<Polar> polar_names[] = {{"unroll", Polar::Unroll}, {"roll", Polar::Roll}};

// One of these; places are in pixels of the upright picture.
struct WarpKind {
  std::optional<Numbers> affine;  // A,B,C,D[,X,Y]: (x, y) becomes (A x + B y + X, C x + D y + Y), as in vips affine
  std::optional<Numbers> perspective;  // four points that become the corners; or four pairs: from, to
  std::optional<Numbers> lens;         // k1[,k2]
  std::optional<Polar> polar;
  std::shared_ptr<const TableMap> table;

  // Throw Usage unless it is exactly one, with the right number of numbers.
  void check() const;
};

// Return the step for a track. The size is that of the upright result; without one, it follows: what holds the whole
// picture (affine), the lengths of the four sides (perspective), or the input's. Throw Usage or Data.
[[nodiscard]] std::unique_ptr<GeometryStep> make_warp(const Track& from, const WarpKind& kind,
                                                      const std::optional<Size>& size,
                                                      const Warper::Settings& settings);

}  // namespace sl

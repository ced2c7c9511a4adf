// What the stage after a decoder needs of a picture, so that the decoder may leave out the rest. A decoder that does
// says so in the track (libcore/media/reduced.h). Sizes and places are of the upright picture.

#pragma once

#include <cstdint>
#include <optional>

#include "libcore/base/rect_rule.h"
#include "libcore/base/size_rule.h"

namespace sl {

class FormatOptions;
struct Track;

struct Wanted {
  std::optional<SizeRule> size;  // that the picture gets later
  std::optional<RectRule> part;  // that is cut out later
  std::optional<Gravity> gravity;
};

// Return what the options --for-size, --for-part and --for-gravity say, which the format has.
[[nodiscard]] Wanted wanted_by(const FormatOptions& options);

// Return the largest of 1, 2, 4 and 8 that leaves a picture (`track`: its size and orientation) at least twice as large
// along each side as it is wanted.
[[nodiscard]] unsigned wanted_shrink(const Wanted& wanted, const Track& track);

// Return the stored part to decode: what is wanted and the pixels around it that its chroma depends on, cut at
// multiples of 32, where the groups of chroma of all formats begin. All of the picture if no part is wanted, or none of
// it lies inside.
[[nodiscard]] Rect wanted_part(const Wanted& wanted, const Track& track);

}  // namespace sl

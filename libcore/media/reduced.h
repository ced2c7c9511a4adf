// What a decoder left out because the stage that follows does not need it (sl-decode --for-size, --for-part): the
// member `reduced` of a track, [width, height, x, y]. The stage that asked for it removes it.

#pragma once

#include <cstdint>
#include <optional>

#include "libcore/base/rect_rule.h"
#include "libcore/base/size_text.h"

namespace sl {

struct Track;

// Stored, in pixels of the whole picture.
struct Reduced {
  Size whole;                 // of the picture in the file
  std::int64_t x = 0, y = 0;  // where the track's pixels begin
};

[[nodiscard]] std::optional<Reduced> reduced_of(const Track& track);
void set_reduced(Track& track, const std::optional<Reduced>& reduced);

// Return the size of the upright picture, with all that was left out.
[[nodiscard]] Size whole_size(const Track& track);
// Return where a part of the whole upright picture lies in the upright picture that the track has. The decoder did not
// shrink it.
[[nodiscard]] Rect part_of_reduced(const Track& track, const Rect& part);

}  // namespace sl

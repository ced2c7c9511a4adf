// What encoders of animations share: the part of a frame that changed, and when it ends.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/base/rect_rule.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

// Return the smallest rectangle that holds all pixels in which two packed frames of this size differ. It is empty if
// none does. `pixel`: bytes of one.
[[nodiscard]] Rect changed_part(std::span<const std::byte> before, std::span<const std::byte> now, const Size& size,
                                std::size_t pixel);

// Return when the frame ends, in ticks of its track: when the next one begins, or by its duration, by the rate, or
// after a tenth of a second. `next` may be null.
[[nodiscard]] std::int64_t end_of_frame(const Track& track, const Frame& frame, const Frame* next);

}  // namespace sl

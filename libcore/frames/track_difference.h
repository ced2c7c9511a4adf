// What keeps one track from going on as another.

#pragma once

#include <string>

#include "libcore/media/track.h"

namespace sl {

// "has size 4x3 where the first has 3x4", or "" where frames of `other` may follow those of `first`. Times, rates and
// labels do not count.
[[nodiscard]] std::string difference(const Track& first, const Track& other);

}  // namespace sl

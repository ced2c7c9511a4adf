// Why two tracks cannot be concatenated.

#pragma once

#include <string>

namespace sl {

struct Track;

// "has size 4x3 but the first has 3x4", or "" if frames of `other` may follow frames of `first`. Times, rates and
// labels do not count.
[[nodiscard]] std::string difference(const Track& first, const Track& other);

}  // namespace sl

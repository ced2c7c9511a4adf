// Of several pictures, the one that is most like all of them.

#pragma once

#include <cstddef>
#include <span>

#include "libcore/media/strip.h"

namespace sl {

// Return the place of the picture whose samples differ least, in the sum of squares, from the mean of all. They are
// whole, of one format and size, and at least one.
[[nodiscard]] std::size_t most_typical(std::span<const Strip> pictures);

}  // namespace sl

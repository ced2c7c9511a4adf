// Reads frame number and time back from pictures of the test card.

#pragma once

#include <functional>
#include <optional>

#include "libcore/wire/reader.h"
#include "time_code.h"

namespace sl::pattern {

// Calls `found` for each frame of raw video, with nothing if no card can be read in it. Frames may have been
// scaled, compressed and converted, but must be upright and whole.
void read_cards(Reader& in, const std::function<void(const Frame&, const std::optional<TimeCode>&)>& found);

}  // namespace sl::pattern

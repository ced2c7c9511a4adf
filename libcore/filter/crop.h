// A rectangle out of a frame.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/base/rect_rule.h"
#include "libcore/pixels/mover.h"

namespace sl {

// Return the step that cuts `rule` out of the frames of a track. Throw Usage if it lies outside of the picture.
[[nodiscard]] Mover crop(Track track, const RectRule& rule, std::optional<Gravity> gravity);

// Return the options for a decoder that need not deliver more (sl-decode --for-part).
[[nodiscard]] std::vector<std::string> crop_options(const RectRule& rule, std::optional<Gravity> gravity);

}  // namespace sl

// Frames of a film in any order that they are asked for.
//
// A frame costs the decoding of its group of pictures up to it, so one by one a random order would cost half a group
// each. Frames are looked for in the order they are shown instead, and kept until their turn comes: each group is
// decoded once, as long as what waits takes no more than 256 MiB. Where it would, the list is done in parts.

#pragma once

#include <functional>
#include <vector>

#include "formats/av/decode/frame_seeker.h"

namespace sl::av {

// The frame for ticks[place], null where nothing is shown then.
using TakeShown = std::function<void(std::size_t place, const FrameSeeker::Shown* shown)>;

// Gives the frame shown at each of the ticks, in their order. `codec` tells how large frames are, by the header.
// Returns early when an interrupt stops the film. Throws what decoding and `take` throw.
void for_each_shown(FrameSeeker& seeker, const AVCodecParameters& codec, const std::vector<std::int64_t>& ticks,
                    const TakeShown& take);

}  // namespace sl::av

// Frames of a film in any order.
//
// A frame costs the decoding of its group of pictures up to it, so one by one a random order would cost half a group
// each. Instead, find frames in display order and keep them until their turn: each group is decoded once, as
// long as the kept frames take no more than 256 MiB. Longer lists are done in parts.

#pragma once

#include <functional>
#include <vector>

#include "formats/av/decode/frame_seeker.h"

namespace sl::av {

// Receives the frame for ticks[place]; null if none is shown then.
using TakeShown = std::function<void(std::size_t place, const FrameSeeker::Shown* shown)>;

// Call `take` with the frame shown at each of the ticks, in their order. `codec` has the frames' size of the header.
// Return early when an interrupt stops the film. Throw what decoding and `take` throw.
void for_each_shown(FrameSeeker& seeker, const AVCodecParameters& codec, const std::vector<std::int64_t>& ticks,
                    const TakeShown& take);

}  // namespace sl::av

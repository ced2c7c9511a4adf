// Frames cut into parts that differ from frame to frame: tiles, and boxes of detections.

#pragma once

#include <functional>
#include <vector>

#include "libcore/base/rect_rule.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// Returns the parts of a frame, inside of the upright picture, in the order in which they leave.
using PartsOf = std::function<std::vector<Rect>(const Track& track, const Frame& frame)>;

// Make each part of each frame of raw video a frame: a track's parts leave one after another with the time of their
// frame, and are numbered again. A frame without parts is left out, with an EVENT. One frame is in memory. Everything
// else passes, as in move_pictures(). Throw Data if none of a stream's frames has a part.
void cut_parts(Reader& in, Writer& out, const PartsOf& parts_of);

}  // namespace sl

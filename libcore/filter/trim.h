// Frames without the border that they have in common.

#pragma once

#include "libcore/base/times.h"
#include "libcore/bytes/replay_store.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

struct TrimSettings {
  double fuzz = 0;      // 0 to 1: see BorderFinder
  Seconds look{10, 1};  // of each stream, from its first frame on
};

// Look at the start of each stream, and cut off the border that all frames of a track of raw video have there. `store`
// keeps the start meanwhile. Everything else passes, as in move_pictures().
void trim_borders(Reader& in, Writer& out, const TrimSettings& settings, ReplayStore& store);

}  // namespace sl

// A live stream of a recorder's pictures, on a grid of moments.

#pragma once

#include <string>

#include "devices/x11/recorder.h"
#include "libcore/stage/live.h"

namespace sl::x11 {

struct StreamSettings {
  Rational rate{30, 1};
  bool changes = false;
  std::string source;  // the name of the track's source; "": none
};

// Send until `stop` is true, an interrupt, or the window's end. Throw NoInput if nothing can be seen at all.
void send_stream(Recorder& recorder, CaptureTarget& target, const StreamSettings& settings, const StopRule& stop,
                 Writer& out);

}  // namespace sl::x11

// A live stream of what a recorder sees, on a grid of moments.

#pragma once

#include <string>

#include "devices/x11/recorder.h"
#include "libcore/stage/live.h"

namespace sl::x11 {

struct StreamSettings {
  Rational rate{30, 1};
  bool changes = false;
  std::string source;  // who is named as the track's source; "": nobody
};

// Until `stop` says so, an interrupt comes, or the window is gone. Throws NoInput where there is nothing to see at all.
void send_stream(Recorder& recorder, Subject& subject, const StreamSettings& settings, const StopRule& stop,
                 Writer& out);

}  // namespace sl::x11

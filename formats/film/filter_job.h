// A graph of libavfilter and the tracks that it is for.

#pragma once

#include <optional>
#include <string>

#include "libcore/wire/track_choice.h"

namespace sl {

struct FilterJob {
  std::string graph;                  // of libavfilter
  std::string named;                  // its name in messages
  std::optional<TrackChoice> tracks;  // nothing: the first one of the graph's kind
  bool upright = true;       // turn pictures upright first, as the graph's options (width, left, …) refer to that
  bool only_fields = false;  // it changes interlaced frames only
  bool progressive = false;  // it makes progressive frames of all
  // Sound: the graph returns doubles, and they become these samples ("keep": those of the input), so that what is cut
  // off at full scale is counted. Empty: the graph chooses.
  std::string samples;
};

}  // namespace sl

// A graph of libavfilter and the tracks that it is for.

#pragma once

#include <cstdint>
#include <string>

namespace sl {

// The tracks for a graph: the first of its kind, all of its kind, or one by its number.
struct FilterTracks {
  bool all = false;
  std::uint16_t number = 0;  // 0: not by number
};

struct FilterJob {
  std::string graph;  // of libavfilter
  std::string named;  // its name in messages
  FilterTracks tracks;
  bool upright = true;       // turn pictures upright first, as the graph's options (width, left, …) refer to that
  bool only_fields = false;  // it changes interlaced frames only
};

}  // namespace sl

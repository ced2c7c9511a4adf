// The command lines of sl-filter, sl-deinterlace and sl-resample, shared by the commands on PATH, which print help and
// check, and the helpers that they become, which link libavfilter.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "libcore/stage/tool.h"

namespace sl {

// The tracks for a graph: "first" of its kind, "all" of its kind, or a number.
struct FilterTracks {
  bool all = false;
  std::uint16_t number = 0;  // 0: not by number

  // Throw Usage.
  static FilterTracks parse(const std::string& text);
};

// The result of a filter command line.
struct FilterJob {
  std::string graph;  // of libavfilter
  std::string named;  // its name in messages
  FilterTracks tracks;
  bool upright = true;       // turn pictures upright first, as the graph's options (width, left, …) refer to that
  bool only_fields = false;  // it changes interlaced frames only
};

struct FilterCommand {
  FilterCommand();
  FilterCommand(const FilterCommand&) = delete;
  FilterCommand& operator=(const FilterCommand&) = delete;

  Tool tool{"sl-filter", "Put a track through any graph of libavfilter's filters."};
  FilterJob job;
  std::string track = "first";
  std::function<void()> checked;  // called after the command line was checked
};

struct DeinterlaceCommand {
  DeinterlaceCommand();
  DeinterlaceCommand(const DeinterlaceCommand&) = delete;
  DeinterlaceCommand& operator=(const DeinterlaceCommand&) = delete;

  Tool tool{"sl-deinterlace", "Make progressive frames of interlaced ones."};
  FilterJob job;
  std::string mode = "frame", fields = "auto", track = "all";
  std::function<void()> checked;
};

struct ResampleCommand {
  ResampleCommand();
  ResampleCommand(const ResampleCommand&) = delete;
  ResampleCommand& operator=(const ResampleCommand&) = delete;

  Tool tool{"sl-resample", "Change the rate, the channels or the format of sound."};
  FilterJob job;
  std::string rate, layout, samples = "keep", track = "all";
  std::int64_t channels = 0;
  std::function<void()> checked;

 private:
  void check();
};

}  // namespace sl

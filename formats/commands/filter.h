// The command lines of sl-filter, sl-deinterlace and sl-resample: shared by the commands on PATH, which tell about
// themselves and check, and by the helpers that they become, which link libavfilter.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libcore/stage/tool.h"
#include "libcore/wire/track_choice.h"

namespace sl {

// What a filter command comes to.
struct FilterJob {
  std::string graph;                  // of libavfilter
  std::string named;                  // what to call it in messages
  std::optional<TrackChoice> tracks;  // none: the first one of the graph's kind
  bool upright = true;  // pictures are turned upright first, as the graph's words (width, left, …) are about those
  bool only_fields = false;  // it does something to interlaced frames only
};

struct FilterCommand {
  FilterCommand();
  FilterCommand(const FilterCommand&) = delete;
  FilterCommand& operator=(const FilterCommand&) = delete;

  Tool tool{"sl-filter", "Put a track through any graph of libavfilter's filters."};
  FilterJob job;
  std::string track = "first";
  std::function<void()> checked;  // after the command line has been found good
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

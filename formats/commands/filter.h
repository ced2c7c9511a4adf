// The command lines of sl-filter, sl-deinterlace and sl-resample, shared by the commands on PATH, which print help and
// check, and the helpers that they become, which link libavfilter.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "formats/film/filter_job.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/track_choice.h"

namespace sl {

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
  enum class Mode : std::uint8_t { Frame, Field };         // what a frame is made of
  enum class Fields : std::uint8_t { Auto, Top, Bottom };  // the first one; Auto: the frames say
  DeinterlaceCommand();
  DeinterlaceCommand(const DeinterlaceCommand&) = delete;
  DeinterlaceCommand& operator=(const DeinterlaceCommand&) = delete;

  Tool tool{"sl-deinterlace", "Make progressive frames of interlaced ones."};
  FilterJob job;
  Mode mode = Mode::Frame;
  Fields fields = Fields::Auto;
  std::string track = "all";
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

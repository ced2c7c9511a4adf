// A libavfilter graph with one open input and one open output, set up for a track of the wire.

#pragma once

#include <string>
#include "libcore/media/track.h"

#include "formats/av/av_media.h"
#include "formats/film/filter_job.h"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace sl::av {

class FilterGraph {
 public:
  // Return the kinds of its open input and output. Throw Usage if the text is no graph of one input and one output,
  // NotPermitted if a filter needs more than the sandbox allows. `named` is its name in messages.
  struct Ends {
    Kind input, output;
  };
  [[nodiscard]] static Ends ends(const std::string& text, const std::string& named);

  // Sound comes out in doubles if the job names its samples. Throw Usage if the filters cannot take such a track.
  FilterGraph(const FilterJob& job, const Track& track);
  ~FilterGraph();
  FilterGraph(const FilterGraph&) = delete;
  FilterGraph& operator=(const FilterGraph&) = delete;

  // FFmpeg's format of the frames to push.
  [[nodiscard]] int input_format() const { return input_format_; }
  [[nodiscard]] const AVChannelLayout& input_layout() const { return input_layout_; }
  // Return the output track as far as the graph knows it without frames; the rest is the input's.
  [[nodiscard]] Track output(const Track& input) const;
  [[nodiscard]] AVRational output_time_base() const;

  // Push a frame (its reference is moved), or null at the end. False: the graph takes no more.
  bool push(AVFrame* frame);
  // Move a finished frame into an unreferenced one. False if none is ready yet, or after the last.
  bool pull(AVFrame& frame);

 private:
  void configure(const std::string& text, const Track& track);
  [[nodiscard]] std::string source_arguments(const Track& track);

  std::string named_;
  bool upright_, doubles_;
  AVFilterGraph* graph_ = nullptr;
  AVFilterContext *source_ = nullptr, *sink_ = nullptr;
  int input_format_ = -1;
  AVChannelLayout input_layout_{};
};

}  // namespace sl::av

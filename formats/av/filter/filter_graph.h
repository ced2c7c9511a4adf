// A libavfilter graph with one open input and one open output, set up for a track of the wire.

#pragma once

#include <string>

#include "formats/av/av_media.h"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace sl::av {

class FilterGraph {
 public:
  // What its open input and output are. Throws Usage where the text is no graph, or not one of one input and one
  // output, and NotPermitted where a filter wants what the sandbox withholds. `named` is what messages call it.
  struct Ends {
    Kind input, output;
  };
  [[nodiscard]] static Ends ends(const std::string& text, const std::string& named);

  // `upright`: pictures are turned upright in front of the graph. Throws Usage where the filters cannot work on such a
  // track.
  FilterGraph(const std::string& text, const std::string& named, const Track& track, bool upright);
  ~FilterGraph();
  FilterGraph(const FilterGraph&) = delete;
  FilterGraph& operator=(const FilterGraph&) = delete;

  // The format in which frames are pushed: FFmpeg's for that of the wire.
  [[nodiscard]] int input_format() const { return input_format_; }
  [[nodiscard]] AVRational input_time_base() const { return input_time_base_; }
  [[nodiscard]] const AVChannelLayout& input_layout() const { return input_layout_; }
  // The track that comes out, as far as the graph knows it without frames; what it does not know stays as it came in.
  [[nodiscard]] Track output(const Track& input) const;
  [[nodiscard]] AVRational output_time_base() const;

  // Takes a frame (its reference is moved), or null at the end. False: the graph wants no more.
  bool push(AVFrame* frame);
  // A frame that is ready, into an unreferenced one. False where there is none yet, or none any more.
  bool pull(AVFrame& frame);

 private:
  void configure(const std::string& text, const Track& track);
  [[nodiscard]] std::string source_arguments(const Track& track);

  std::string named_;
  bool upright_;
  AVFilterGraph* graph_ = nullptr;
  AVFilterContext *source_ = nullptr, *sink_ = nullptr;
  int input_format_ = -1;
  AVRational input_time_base_{};
  AVChannelLayout input_layout_{};
};

}  // namespace sl::av

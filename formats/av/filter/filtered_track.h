// One track of the wire through a graph: pieces are gathered to frames, frames go in, and what comes out is sent.

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "formats/av/filter/filter_graph.h"
#include "formats/av/filter/filter_output.h"
#include "formats/commands/filter.h"

namespace sl::av {

class FilteredTrack {
 public:
  // `number` is that of the track, which the reader knows.
  FilteredTrack(const FilterJob& job, Reader& in, Writer& out, std::uint16_t number);

  // TRACK came again.
  void change();
  // Something of this track, or a frame of another one, is about to go out.
  void announce() { output_.announce(); }
  void attachments_changed();
  void frame();
  void rows();
  void bytes(bool damaged);
  // The end of the stream: what the graph still holds comes out.
  void finish();
  // Frames that came in marked as interlaced.
  [[nodiscard]] std::uint64_t interlaced_frames() const { return interlaced_frames_; }

 private:
  [[nodiscard]] std::vector<Attachment> carried() const;
  void start_picture();
  void push(AVFrame* frame);
  void drain();
  [[nodiscard]] std::int64_t sample_position(const Frame& frame);

  const FilterJob& job_;
  Reader& in_;
  std::uint16_t number_;
  Track track_;
  std::unique_ptr<FilterGraph> graph_;
  FilterOutput output_;
  FramePtr frame_;         // being gathered
  bool finished_ = false;  // the graph wants no more
  std::uint64_t interlaced_frames_ = 0;
  std::optional<std::int64_t> next_sample_;  // in samples since time 0
};

}  // namespace sl::av

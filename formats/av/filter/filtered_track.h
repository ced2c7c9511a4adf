// One track of the wire through a graph: gathers pieces into frames, pushes them, and sends the output.

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "formats/av/filter/filter_graph.h"
#include "formats/av/filter/filter_output.h"
#include "formats/film/filter_job.h"
#include "libcore/wire/reader.h"

namespace sl::av {

class FilteredTrack {
 public:
  // `number` is the track's in `in`.
  FilteredTrack(const FilterJob& job, Reader& in, Writer& out, std::uint16_t number);

  // Take a repeated TRACK.
  void change();
  // Call before a record about this track, or a frame of another one, goes out.
  void announce() { output_.announce(); }
  void attachments_changed();
  void frame();
  void rows();
  void bytes(bool damaged);
  // End the stream: send the frames left in the graph.
  void finish();
  // Report samples that were cut off at full scale.
  void report_loss() { output_.report_loss(); }
  // Input frames that were marked as interlaced.
  [[nodiscard]] std::uint64_t interlaced_frames() const { return interlaced_frames_; }

 private:
  [[nodiscard]] Track described() const;  // of the output
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
  bool finished_ = false;  // the graph takes no more
  std::uint64_t interlaced_frames_ = 0;
  std::optional<std::int64_t> next_sample_;  // in samples since time 0
};

}  // namespace sl::av

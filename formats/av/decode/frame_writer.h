// Decoded frames of one stream onto the wire.

#pragma once

#include <optional>

#include "formats/av/decode/track_writer.h"

extern "C" {
struct SwsContext;
}

namespace sl::av {

class FrameWriter : public TrackWriter {
 public:
  using TrackWriter::TrackWriter;
  ~FrameWriter() override;

  struct Facts {
    std::optional<std::uint64_t> number{};  // the frame's identity; else the next one
    // Of sound: leave out `skip` samples at its start and all after `keep`; -1 keeps all.
    std::int64_t skip = 0, keep = -1;
    // A time of the film, in the track's time base, that becomes 0; a frame that is shown then begins there.
    std::int64_t zero = 0;
    // The packet of the wire that the frame was decoded from: the frame keeps its capture time, wall clock, metadata
    // and mark of a gap before it.
    const Frame* packet = nullptr;
  };
  // Correct the track by its first frame, before it is announced.
  void learn(const AVFrame& frame);
  // Write a frame, after TRACK if there was none or the frame differs from it.
  void write(const AVFrame& frame, bool damaged, const Facts& facts);

  // When and how long the frame is shown, in the track's time base; no_time if unknown.
  [[nodiscard]] static std::int64_t time_of(const AVFrame& frame);
  [[nodiscard]] std::int64_t duration_of(const AVFrame& frame) const;

 private:
  void write_video(const AVFrame& frame, bool damaged);
  void write_audio(const AVFrame& frame, bool damaged, std::int64_t skip, std::int64_t samples);
  const AVFrame& converted(const AVFrame& frame);

  FramePtr converted_;
  SwsContext* scaler_ = nullptr;
  std::vector<std::byte> samples_;
  bool reported_rounding_ = false;
};

}  // namespace sl::av

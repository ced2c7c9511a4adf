// Decoded frames of one stream onto the wire.

#pragma once

#include <optional>

#include "formats/av/av_media.h"
#include "libcore/wire/writer.h"

extern "C" {
struct SwsContext;
}

namespace sl::av {

class FrameWriter {
 public:
  FrameWriter(Writer& out, std::uint16_t number, Track track, std::vector<Attachment> attachments);
  ~FrameWriter();
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  // TRACK and what is attached to it.
  void announce();
  // A frame; TRACK again first, where the frame tells otherwise. `number` is its identity; for sound, `skip` samples at
  // its start and all beyond `keep` are left out.
  void write(const AVFrame& frame, bool damaged, std::optional<std::uint64_t> number = std::nullopt,
             std::int64_t skip = 0, std::int64_t keep = -1);
  // The frame written next was made of this packet of the wire, and keeps its capture time, wall clock, metadata and
  // whether something is missing before it.
  void made_of(const Frame& packet);
  // A packet as it is.
  void write(const AVPacket& packet);

  [[nodiscard]] const Track& track() const { return track_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // Of the last frame that had one.
  [[nodiscard]] std::int64_t last_pts() const { return last_pts_; }
  // When the frame is shown, and for how long, in the track's time base; no_time where it cannot be known.
  [[nodiscard]] std::int64_t time_of(const AVFrame& frame) const;
  [[nodiscard]] std::int64_t duration_of(const AVFrame& frame) const;

 private:
  void write_video(const AVFrame& frame, bool damaged);
  void write_audio(const AVFrame& frame, bool damaged, std::int64_t skip, std::int64_t samples);
  const AVFrame& converted(const AVFrame& frame);

  Writer& out_;
  std::uint16_t number_;
  Track track_;
  std::vector<Attachment> attachments_;
  std::uint64_t frames_ = 0, next_number_ = 0;
  std::int64_t last_pts_ = no_time;
  Frame packet_;
  FramePtr converted_;
  SwsContext* scaler_ = nullptr;
  std::vector<std::byte> samples_;
};

}  // namespace sl::av

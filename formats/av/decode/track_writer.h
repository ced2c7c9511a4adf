// One track on the wire: the common part of the writers of frames and packets.

#pragma once

#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/writer.h"

namespace sl::av {

class TrackWriter {
 public:
  TrackWriter(Writer& out, std::uint16_t number, Track track, std::vector<Attachment> attachments)
      : out_(out), number_(number), track_(std::move(track)), attachments_(std::move(attachments)) {}
  virtual ~TrackWriter() = default;
  TrackWriter(const TrackWriter&) = delete;
  TrackWriter& operator=(const TrackWriter&) = delete;

  // Write TRACK and its attachments.
  void announce() {
    announced_ = true;
    out_.track(number_, track_);
    for (const Attachment& attachment : attachments_) out_.attachment(number_, attachment);
  }
  // Whether the track has all members that the wire requires.
  [[nodiscard]] bool is_complete() const {
    if (track_.is_raw_audio()) return !track_.samples.empty() && track_.sample_rate != 0 && track_.channels != 0;
    return !track_.is_raw_video() || (track_.pixels != nullptr && track_.width != 0 && track_.height != 0);
  }
  [[nodiscard]] const Track& track() const { return track_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // The time of the last frame that had one.
  [[nodiscard]] std::int64_t last_pts() const { return last_pts_; }

 protected:
  void begin(const Frame& head) {
    if (head.pts != no_time) last_pts_ = head.pts;
    out_.frame(number_, head);
    ++frames_;
    next_number_ = head.number + 1;
  }

  Writer& out_;
  std::uint16_t number_;
  Track track_;
  std::vector<Attachment> attachments_;
  std::uint64_t frames_ = 0, next_number_ = 0;
  std::int64_t last_pts_ = no_time;
  bool announced_ = false;
};

}  // namespace sl::av

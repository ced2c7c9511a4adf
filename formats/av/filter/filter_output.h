// A graph's output as a track of the wire.
//
// A frame's duration is not reliable: filters that change times leave it unchanged, in the old time base. So hold each
// picture until the next one comes. If both are at times of input pictures and the input's duration fits between them,
// keep it; otherwise use the distance. Live pictures are not held: their duration is the input's, or the rate's.

#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/writer.h"

namespace sl::av {

class FilterOutput {
 public:
  FilterOutput(Writer& out, std::uint16_t number, Track track, const Track& input);

  // Send TRACK now, with the known facts; otherwise it goes out with the first frame, which knows the colours.
  void announce();
  void change(Track track, std::vector<Attachment> attachments);
  void set_attachments(std::vector<Attachment> attachments);
  // Note an input frame: an output frame of the same time gets its capture time, wall clock and metadata.
  void note_input(const Frame& frame);
  // Send a frame of the graph; its times are in `time_base`.
  void send(FramePtr frame, AVRational time_base);
  void finish();
  // Report samples that did not fit into those of the track, before the END.
  void report_loss();

 private:
  struct Held {
    FramePtr frame;
    Frame head;
    std::int64_t input_duration = no_time;  // of the input picture at that time, in the output's time base
    bool matched = false;
  };
  void write(Held& held, const Held* next);
  void write_video(const AVFrame& frame);
  void write_audio(const AVFrame& frame);
  [[nodiscard]] std::span<const std::byte> samples_of(const AVFrame& frame);
  void update_track(const AVFrame& frame);
  [[nodiscard]] const Frame* origin_of(std::int64_t pts) const;
  [[nodiscard]] std::int64_t length_of(const Held& held, const Held* next) const;

  Writer& out_;
  std::uint16_t number_;
  Track track_;
  Rational input_;  // the input's time base
  std::vector<Attachment> attachments_;
  std::map<std::int64_t, Frame> inputs_;  // by pts, in the input's time base
  std::optional<Held> held_;
  std::int64_t last_gap_ = no_time;
  std::vector<std::byte> samples_;  // made of doubles
  std::uint64_t cut_off_ = 0;       // samples beyond full scale
  bool keeps_rate_ = true, from_rgb_ = false;
  bool announced_ = false, kept_last_ = true, reported_geometry_ = false;
  std::uint64_t next_number_ = 0;
};

}  // namespace sl::av

// Frames that come out of a graph, as a track of the wire.
//
// What a frame tells of its length is not to be trusted: filters that change times leave it as it was, in the time base
// that was. So each picture is held until the next one has come. Where both stand at times of pictures that went in,
// and the length fits between them, it is kept; otherwise it is the distance. Live pictures are not held: theirs is
// what went in, or the rate's.

#pragma once

#include <map>
#include <optional>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/wire/writer.h"

namespace sl::av {

class FilterOutput {
 public:
  FilterOutput(Writer& out, std::uint16_t number, Track track, const Track& input);

  // Sends TRACK now, with what is known; otherwise it goes out with the first frame, which knows the colours.
  void announce();
  void change(Track track, std::vector<Attachment> attachments);
  void set_attachments(std::vector<Attachment> attachments);
  // A frame that goes into the graph: its capture times and the like are taken over to one of the same time.
  void came_in(const Frame& frame);
  // A frame of the graph; times are in `time_base`.
  void send(FramePtr frame, AVRational time_base);
  void finish();

 private:
  struct Held {
    FramePtr frame;
    Frame head;
    std::int64_t input_duration = no_time;  // of the picture that went in at that time, in our time base
    bool matched = false;
  };
  void write(Held& held, const Held* next);
  void write_video(const AVFrame& frame);
  void write_audio(const AVFrame& frame);
  void update_track(const AVFrame& frame);
  [[nodiscard]] const Frame* origin_of(std::int64_t pts) const;
  [[nodiscard]] std::int64_t length_of(const Held& held, const Held* next) const;

  Writer& out_;
  std::uint16_t number_;
  Track track_;
  Rational input_;  // time base of what goes in
  std::vector<Attachment> attachments_;
  std::map<std::int64_t, Frame> came_in_;  // by pts, in the input's time base
  std::optional<Held> held_;
  std::int64_t last_gap_ = no_time;
  bool keeps_rate_ = true, from_rgb_ = false;
  bool announced_ = false, kept_last_ = true, told_geometry_ = false;
  std::uint64_t next_number_ = 0;
};

}  // namespace sl::av

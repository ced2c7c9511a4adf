// Seeking in one video stream: the frame shown at a time, and the frames after it.
//
// Frames are the same as in sequential decoding, bit for bit: decoding starts at a key frame that is shown at or before
// the requested time, and pictures shown before that key frame (leading pictures of an open group, whose references are
// missing) are discarded.

#pragma once

#include <deque>
#include <optional>

#include "formats/av/decode/film.h"

namespace sl::av {

class FrameSeeker {
 public:
  struct Shown {
    FramePtr frame;
    std::int64_t pts = 0;
    bool damaged = false;
  };

  // `on_other` receives packets of other streams on the way (sound, for a range).
  FrameSeeker(Film& film, Film::Part& part, std::function<void(const AVPacket&)> on_other = {});

  // Make current() the frame shown at `tick`: the last one with pts <= tick. False if that is before the first frame or
  // after the end of the last. Continue from the current position if that is nearer than a key frame. `last` is the
  // time up to which the caller will advance, as a hint for the source.
  bool go_to(std::int64_t tick, std::int64_t last = no_time);
  // The same, or a key frame between the current position and `tick`, which costs less.
  bool go_near(std::int64_t tick);
  // Make current() the next frame; false at the end.
  bool advance();
  [[nodiscard]] const Shown& current() const { return *current_; }
  // When the current frame stops being shown.
  [[nodiscard]] std::int64_t end_of_current() const;
  // Of the film; no_time if it has no frame. May seek there to find out.
  [[nodiscard]] std::int64_t first_pts();
  // As of the film.
  [[nodiscard]] bool stops() { return film_.stops(); }

 private:
  void begin();
  int packets_in_flight();
  bool is_shown(std::int64_t tick) const;
  bool step_to(std::int64_t tick);
  bool nearer_by_seeking(std::int64_t tick);
  bool start_before(std::int64_t tick);
  void read_key_packet();
  bool feed();
  bool pull(std::optional<Shown>& into);
  void forget();

  Film& film_;
  Film::Part& part_;
  const std::int64_t start_time_;  // of the header
  PacketPtr packet_ = new_packet();
  bool pending_ = false;  // packet_ is read and not decoded
  bool at_end_ = false;
  bool untouched_ = true;  // nothing has been read yet, since the film was opened
  bool has_sought_ = false;
  bool knows_first_ = false;           // first_pts_ is known
  std::int64_t first_pts_ = no_time;   // of the film
  std::int64_t not_before_ = no_time;  // the key frame decoding started at
  std::int64_t last_ = no_time;        // the last argument of go_to
  std::deque<Shown> decoded_;
  std::optional<Shown> current_, following_;
  std::function<void(const AVPacket&)> on_other_;
};

}  // namespace sl::av

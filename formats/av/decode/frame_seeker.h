// Going to frames of one video stream: the frame shown at a time, and those behind it.
//
// Frames are the same as in sequential decoding, bit for bit: decoding starts at a key frame that is shown at or before
// the wanted time, and what a decoder gives of pictures shown before that key frame (leading pictures of an open group,
// whose references are missing) is thrown away.

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

  // Packets of other streams that come by (sound, for a range) go to `on_other`.
  FrameSeeker(Film& film, Film::Part& part, std::function<void(const AVPacket&)> on_other = {});

  // Makes current() the frame shown at `tick`: the last one with pts <= tick. False where that is before the first
  // frame or after the last one's end. Goes on from where it stands if that is nearer than a key frame. `last` is how
  // far the caller is going to advance from there, for the source to be told.
  bool go_to(std::int64_t tick, std::int64_t last = no_time);
  // Makes current() the next frame; false at the end.
  bool advance();
  [[nodiscard]] const Shown& current() const { return *current_; }
  // When the current frame stops being shown.
  [[nodiscard]] std::int64_t end_of_current() const;
  // Of the film; no_time where there is no frame. May have to go there to know.
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
  const std::int64_t start_time_;  // as the header tells it
  PacketPtr packet_ = new_packet();
  bool pending_ = false;  // packet_ is read and not decoded
  bool at_end_ = false;
  bool untouched_ = true;  // nothing has been read yet, since the film was opened
  bool has_sought_ = false;
  bool knows_first_ = false;           // what first_pts_ is
  std::int64_t first_pts_ = no_time;   // of the film
  std::int64_t not_before_ = no_time;  // the key frame decoding started at
  std::int64_t last_ = no_time;        // what go_to was called for
  std::deque<Shown> decoded_;
  std::optional<Shown> current_, following_;
  std::function<void(const AVPacket&)> on_other_;
};

}  // namespace sl::av

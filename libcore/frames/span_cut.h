// One track cut to a stretch of time: pictures by the time they are shown, sound to the sample, packets by whole
// groups.
//
// Pictures: all that are shown in it, so also the one that was there before it begins (the last with pts <= start).
// Sound: the samples in it, from blocks that are cut. Data: what overlaps it. Packets of pictures need those before
// them: they are kept from the last key frame not after the start to the first one not before the end (and that one
// too, if pictures shown before it need it), and those outside are marked as not shown (frame flag `hidden`). Packets
// of sound that overlap it are kept whole.

#pragma once

#include <cstdint>
#include <vector>

#include "libcore/base/time_text.h"
#include "libcore/frames/held_track.h"

namespace sl {

class SpanCut {
 public:
  struct Options {
    TimeRange range;
    // Pictures and data begin and end with the range, as an editor has it; otherwise their times stay.
    bool clip = false;
    bool shift = false;  // the start of the range becomes 0
  };

  SpanCut(Reader& in, Writer& out, std::uint16_t number, const Options& options);

  // The records of this track after its first TRACK, as the reader gives them, and END.
  void on_record(const wire::Header& record);
  void at_end();

  // Whether a frame has come that lies at or after the end of the range, and by a second at least: tracks of a stream
  // differ by no more.
  [[nodiscard]] bool is_over() const { return over_end_; }
  [[nodiscard]] bool is_long_over() const { return long_over_; }
  // Whether all that came was over before the range begins, though it is not empty.
  [[nodiscard]] bool ended_before() const;

 private:
  void on_frame();
  void on_samples(const wire::Header& record);
  void on_ancillary(const wire::Header& record);
  void on_picture(const Frame& frame);
  void on_packet(const Frame& frame);
  void on_tail(const Frame& frame, bool key);
  [[nodiscard]] Frame marked(Frame frame) const;
  void on_data(const Frame& frame);
  void on_sound(const Frame& frame);
  void cut_sound();
  void send_candidates();
  void open(HeldTrack::Action action, const Frame& frame);
  [[nodiscard]] bool before_start(std::int64_t pts) const;  // pts < start
  [[nodiscard]] bool at_or_after_stop(std::int64_t pts) const;
  [[nodiscard]] Frame clipped(Frame frame) const;
  [[nodiscard]] Frame shifted(Frame frame) const;

  Options options_;
  Reader& in_;
  HeldTrack held_;
  std::int64_t start_ = no_time, start_up_ = no_time, stop_ = 0, shift_ = 0;  // in ticks
  bool empty_ = false;                                                        // start == stop
  enum class Keeping { Nothing, Candidate, Sound } keeping_ = Keeping::Nothing;
  std::vector<KeptFrame> candidates_;  // a picture, or the packets of a group, that may still be needed
  std::uint64_t candidate_bytes_ = 0;
  std::int64_t group_pts_ = no_time, last_end_ = no_time, last_pts_ = no_time;
  bool in_group_ = false, over_ = false, tail_ = false, came_ = false, sent_ = false, over_end_ = false,
       long_over_ = false;
};

}  // namespace sl

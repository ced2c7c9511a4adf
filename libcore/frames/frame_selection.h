// A choice of frames made while they come, for a stream that can be read once: with one frame in memory if the
// choice goes forward, otherwise with all that it may still ask for. Frames and errors are the same as from `choose`
// (frame_choice.h).

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/frames/frame_choice.h"

namespace sl {

class FrameSelection {
 public:
  // `name` begins messages. Ranges are not taken here but by SpanCut.
  FrameSelection(FrameChoice choice, const Rational& time_base, std::string name);

  // Whether chosen frames can leave at once (or when the one after them comes); otherwise they leave at the end.
  [[nodiscard]] bool streams() const { return streams_; }

  enum class Now { Pass, Keep, Drop };
  struct Step {
    std::uint64_t sends = 0;  // streaming: how often to send the frame kept before now; then it can be dropped
    Now now = Now::Drop;      // the action for this one
  };
  // The next frame that is shown. `duration` may be no_time. Throws Usage.
  [[nodiscard]] Step next(std::int64_t pts, std::int64_t duration, bool key);
  // Streaming, after the last frame: how often to send the kept one. Throws Usage for missing frames.
  [[nodiscard]] std::uint64_t last_sends();

  // Not streaming: indices of kept frames, since the last `next`, that the choice cannot ask for any more.
  [[nodiscard]] const std::vector<std::size_t>& released() const { return released_; }
  // Not streaming, after the last frame: the indices in the order to send them; each was answered with Keep.
  [[nodiscard]] std::vector<std::size_t> chosen();

 private:
  [[nodiscard]] bool forward() const;
  [[nodiscard]] Now pass_index(std::size_t index);
  [[nodiscard]] bool may_be_asked_for(std::size_t index) const;
  [[nodiscard]] std::uint64_t moments_before(std::int64_t pts);
  [[nodiscard]] bool asks_before(std::int64_t from, std::int64_t to) const;
  void note_released(std::int64_t pts);
  void finish_table();
  void check_end() const;

  FrameChoice choice_;
  std::string name_;
  bool streams_;
  FrameTable table_;  // streaming: the first and the last frame only
  std::size_t count_ = 0, slice_ = 0, time_ = 0;
  std::int64_t moment_ = 0;  // of --every
  std::int64_t first_pts_ = 0, last_pts_ = 0, before_last_ = 0, last_duration_ = no_time;
  std::vector<std::int64_t> ticks_;  // of times, rounded down
  std::vector<std::size_t> released_;
};

}  // namespace sl

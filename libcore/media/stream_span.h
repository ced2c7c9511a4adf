// How long frames and streams are, over all tracks, and where a stream goes on when it is sent again.

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

// How long a frame is, in ticks of its track: as it says, or `step` (as long as the one before it was shown) where that
// is known, or as the rate of the track says. `no_time` where nothing tells.
[[nodiscard]] std::int64_t frame_length(const Track& track, const Frame& frame, std::int64_t step = no_time);

// Where the last of some frames ends, of tracks with any time bases.
class LatestEnd {
 public:
  // A frame of which nothing tells how long it is takes a tick.
  void add(const Track& track, const Frame& frame);
  [[nodiscard]] bool is_known() const { return ticks_ != no_time; }
  // Whether this end, which is known, is later than a time; any is later than `no_time`.
  [[nodiscard]] bool is_after(std::int64_t time, const Rational& time_base) const;
  bool operator<(const LatestEnd& other) const { return other.is_after(ticks_, time_base_); }

 private:
  std::int64_t ticks_ = no_time;
  Rational time_base_;
};

class StreamSpan {
 public:
  // Every frame of the stream.
  void add(std::uint16_t number, const Track& track, const Frame& frame);

  // What is added to times and numbers of this track, in its ticks, when the stream is sent for the `pass`th time
  // again. The length is that from the first start to the last end of pictures and sound (of data, where there is
  // nothing else), exactly; only the sum is rounded to a tick, so nothing drifts. Throws Limit beyond what times can
  // tell.
  [[nodiscard]] std::int64_t time_offset(std::uint16_t number, std::uint64_t pass) const;
  [[nodiscard]] std::uint64_t number_offset(std::uint16_t number, std::uint64_t pass) const;

 private:
  struct TrackSpan {
    Rational time_base{1, 1};
    bool data = false;
    std::int64_t start = no_time, end = no_time, last_pts = no_time;
    std::uint64_t first_number = 0, last_number = 0;
  };
  std::map<std::uint16_t, TrackSpan> spans_;
};

}  // namespace sl

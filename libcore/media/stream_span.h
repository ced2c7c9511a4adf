// The length of frames and streams, over all tracks, and the offsets to send a stream again after its end.

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "libcore/base/rational.h"
#include "libcore/media/frame.h"

namespace sl {

struct Track;

// Return the length of a frame in ticks of its track: its duration; else `step`, the time that the one before it was
// shown, if known; else by the rate of the track; else `no_time`.
[[nodiscard]] std::int64_t frame_length(const Track& track, const Frame& frame, std::int64_t step = no_time);

// The latest end of some frames, of tracks with any time bases.
class LatestEnd {
 public:
  // A frame of unknown length counts as one tick.
  void add(const Track& track, const Frame& frame);
  [[nodiscard]] bool is_known() const { return ticks_ != no_time; }
  // Whether this end, which must be known, is later than a time; any is later than `no_time`.
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

  // Return what to add to times and numbers of this track, in its ticks, when the stream is sent again for the `pass`th
  // time. A pass lasts exactly from the first start to the last end of pictures and sound (of data, if there is nothing
  // else); only the sum is rounded to a tick, so nothing drifts. Throw Limit if the sum overflows.
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

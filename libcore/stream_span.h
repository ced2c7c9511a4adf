// How long a stream is, over all its tracks, and where it goes on when it is sent again: arithmetic of sl-loop.

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "libcore/media.h"

namespace sl {

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
  struct Part {
    Rational time_base{1, 1};
    bool data = false;
    std::int64_t start = no_time, end = no_time, last_pts = no_time;
    std::uint64_t first_number = 0, last_number = 0;
  };
  std::map<std::uint16_t, Part> parts_;
};

}  // namespace sl

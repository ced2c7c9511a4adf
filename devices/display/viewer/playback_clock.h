// From the time of a stream to our own.

#pragma once

#include <cstdint>

#include "libcore/base/times.h"
#include "libcore/media/clock.h"

namespace sl::viewer {

class PlaybackClock {
 public:
  // The stream's `time` is now.
  void start(std::int64_t time, std::int64_t now) {
    time_ = time;
    at_ = now;
    runs_ = true;
  }
  void stop() { runs_ = false; }
  [[nodiscard]] bool runs() const { return runs_; }
  // When a moment of the stream is due, on the monotonic clock.
  [[nodiscard]] std::int64_t due(std::int64_t time) const { return add_time(at_, subtract_time(time, time_)); }
  [[nodiscard]] std::int64_t time(std::int64_t now) const { return add_time(time_, now - at_); }

  // The sound being heard is the truth. A speaker takes sound in blocks, so single looks are off by up to one of them:
  // small differences are followed slowly.
  void follow(std::int64_t heard, std::int64_t now) {
    const std::int64_t ahead = subtract_time(heard, time(now));
    const bool far = ahead > ns_per_second / 5 || ahead < -ns_per_second / 5;
    at_ -= far ? ahead : ahead / 32;
  }

 private:
  std::int64_t time_ = 0, at_ = 0;
  bool runs_ = false;
};

}  // namespace sl::viewer

// Live sources: when they stop, and how they wait.

#pragma once

#include <cstdint>
#include <optional>

#include "libcore/base/rational.h"
#include "libcore/base/time_text.h"

namespace sl {

class Tool;
class Writer;

// The options --frames and --duration of live sources.
class StopRule {
 public:
  // Add the options.
  void bind(Tool& tool);

  // Whether the stream ends before a frame that is the `count`th (from 0) and begins `elapsed` ns after the first one.
  [[nodiscard]] bool stops_before(std::uint64_t count, std::int64_t elapsed) const;
  // The length of the stream in ns, if --duration is given.
  [[nodiscard]] std::optional<std::int64_t> length() const;
  // The number of frames of a stream of this rate, if an option limits it.
  [[nodiscard]] std::optional<std::uint64_t> frames_at(const Rational& rate) const;

 private:
  std::int64_t frames_ = 0;  // 0: no end
  std::optional<Duration> duration_;
};

enum class Waited { Ready, Time, Interrupted };

// Block until `fd` (-1: none) is readable, until the monotonic clock is at `until`, or until an interrupt. Throw
// ReaderGone if standard output has lost its reader, which an idle source would not notice by writing.
Waited wait_for(int fd, std::int64_t until);

// The same for a stage that writes a live track, and so must write at least once a second: flush `out` first, and write
// EVENT `tick` while waiting. No frame of the track will be earlier than `next_pts`.
Waited wait_live(int fd, std::int64_t until, Writer& out, std::uint16_t track, std::int64_t next_pts);

}  // namespace sl

// What live sources share: when they stop, and how they wait.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/base/rational.h"

namespace sl {

class Tool;
class Writer;

// --frames and --duration, in the same words on every live source.
class StopRule {
 public:
  // Adds the options. Call check() from the tool's own check.
  void bind(Tool& tool);
  void check();  // throws Usage

  // Whether the stream ends before a frame that is the `count`th (from 0) and begins `elapsed` ns after the first one.
  [[nodiscard]] bool stops_before(std::uint64_t count, std::int64_t elapsed) const;
  // The length of the stream in ns, where --duration tells it.
  [[nodiscard]] std::optional<std::int64_t> length() const { return length_; }
  // The number of frames of a stream of this rate, where an option tells it.
  [[nodiscard]] std::optional<std::uint64_t> frames_at(const Rational& rate) const;

 private:
  std::int64_t frames_ = 0;  // 0: no end
  std::string duration_;
  std::optional<std::int64_t> length_;
};

enum class Waited { Ready, Time, Interrupted };

// Waits until `fd` (-1: nothing) can be read, or `until` on the monotonic clock, or an interrupt. Throws ReaderGone
// where nobody reads our standard output any more: an idle source would not hear of it by writing.
Waited wait_for(int fd, std::int64_t until);

// The same for a stage that writes a live track, and so must not be silent for over a second: sends what is gathered,
// and EVENT `tick` while nothing comes. `next_pts` is a time before which no frame of the track will be.
Waited wait_live(int fd, std::int64_t until, Writer& out, std::uint16_t track, std::int64_t next_pts);

}  // namespace sl

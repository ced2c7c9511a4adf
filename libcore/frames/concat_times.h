// Times of parts sent one after another on one clock: each begins at the tick at which the one before it ended. The
// arithmetic of sl-concat.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "libcore/base/rational.h"
#include "libcore/media/frame.h"

namespace sl {

struct Track;

class PartTimes {
 public:
  // The output's time base, for all tracks.
  explicit PartTimes(const Rational& time_base = {1, 1}) : time_base_(time_base) {}
  [[nodiscard]] const Rational& time_base() const { return time_base_; }
  // Whether ticks of another base are whole ones of this.
  [[nodiscard]] bool holds(const Rational& base) const;

  // Let each part after the first begin so many ticks before the end of the part before.
  void set_overlap(std::int64_t ticks) { overlap_ = ticks; }
  // A part; `name` is for messages. The times of the first stay, all others' are moved.
  void begin(std::string name);
  // Return the frame to send on output track `as`. The first frame given of a part is taken for its earliest. All
  // throw Data if a part's start or the end of the part before is unknown, or if times overflow.
  [[nodiscard]] Frame placed(const Track& track, const Frame& frame, std::uint16_t as);
  // Count samples of the frame of sound that was placed last on this track.
  void add_samples(const Track& track, std::uint16_t as, std::uint64_t count);
  // Whether the part's offset is known; then any time of it can be placed.
  [[nodiscard]] bool is_placed() const { return offset_.has_value(); }
  [[nodiscard]] std::int64_t moved(std::int64_t time, const Rational& base) const;
  void end();
  // The end of the part before, in ticks, if it is known.
  [[nodiscard]] const std::optional<std::int64_t>& end_before() const { return end_before_; }

 private:
  struct TrackEnd {
    std::int64_t pts = no_time, step = no_time;  // of the last frame, and from the one before it
    std::uint64_t samples = 0;                   // of that frame
  };
  [[noreturn]] void bad(const std::string& what) const;
  [[nodiscard]] std::int64_t ticks(std::int64_t count, const Rational& base) const;
  [[nodiscard]] std::int64_t sum(std::int64_t a, std::int64_t b) const;
  void place(const Track& track, const Frame& frame);
  void note_length(const TrackEnd& last, std::int64_t length);

  Rational time_base_;
  std::string name_;
  std::size_t parts_ = 0;
  std::int64_t overlap_ = 0;
  std::map<std::uint16_t, TrackEnd> tracks_;      // of this part
  std::optional<std::int64_t> offset_;            // added to this part's times
  std::optional<std::int64_t> end_, end_before_;  // of this part, and of the one before
};

}  // namespace sl

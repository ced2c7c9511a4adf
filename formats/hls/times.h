// When segments begin, and what the clock on the wall showed.

#pragma once

#include <cstdint>
#include <cstdlib>
#include <deque>

#include "libcore/base/rational.h"

namespace sl::hls {

// Boundaries at equal distances, of which each is crossed by the first key frame at or after it. An encoder that is
// told to make key frames by one grid, and a segmenter that cuts by its copy, agree without a word.
class Grid {
 public:
  // Nanoseconds.
  Grid(std::int64_t origin, std::int64_t step) : origin_(origin), step_(step), next_(origin) {}

  // Whether a boundary is crossed at this time, later than all asked before. The first time always does.
  bool crossed(std::int64_t time) {
    if (begun_ && time < next_) return false;
    begun_ = true;
    const std::int64_t off = time - origin_;
    next_ = origin_ + (off < 0 ? 1 : off / step_ + 1) * step_;  // a codec's own start-up stands before the origin
    return true;
  }

 private:
  std::int64_t origin_, step_, next_;
  bool begun_ = false;
};

// Wall clock by stream time, both in nanoseconds: of the frame that is nearest.
class WallClock {
 public:
  void note(std::int64_t time, std::int64_t wall) {
    constexpr std::size_t most = 4096;
    notes_.push_back({time, wall});
    if (notes_.size() > most) notes_.pop_front();
  }
  [[nodiscard]] std::int64_t at(std::int64_t time) const {
    const Note* best = nullptr;
    for (const Note& note : notes_) {
      if (best == nullptr || std::abs(note.time - time) < std::abs(best->time - time)) best = &note;
    }
    return best == nullptr ? no_time : best->wall + (time - best->time);
  }
  void forget() { notes_.clear(); }

 private:
  struct Note {
    std::int64_t time, wall;
  };
  std::deque<Note> notes_;
};

}  // namespace sl::hls

// Times of segments: boundaries, and wall clock.

#pragma once

#include <cstdint>
#include <cstdlib>
#include <deque>

#include "libcore/base/rational.h"

namespace sl::hls {

// Boundaries at equal distances; the first key frame at or after a boundary crosses it. An encoder that makes key
// frames by one grid, and a segmenter that cuts by its copy, agree without communication.
class Grid {
 public:
  // Nanoseconds.
  Grid(std::int64_t origin, std::int64_t step) : origin_(origin), step_(step), next_(origin) {}

  // Return whether this time crosses a boundary. Times must increase; the first always crosses.
  bool crossed(std::int64_t time) {
    if (begun_ && time < next_) return false;
    begun_ = true;
    const std::int64_t off = time - origin_;
    next_ = origin_ + (off < 0 ? 1 : off / step_ + 1) * step_;  // a codec's start-up precedes the origin
    return true;
  }

 private:
  std::int64_t origin_, step_, next_;
  bool begun_ = false;
};

// Wall clock by stream time, both in nanoseconds, from the nearest frame.
class WallClock {
 public:
  void note(std::int64_t time, std::int64_t wall) {
    constexpr std::size_t max_notes = 4096;
    notes_.push_back({time, wall});
    if (notes_.size() > max_notes) notes_.pop_front();
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

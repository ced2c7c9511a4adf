// A choice of frames of a film: the same options, and the same answers, for sl-decode and sl-select.
//
// Indices follow Python's slices, times the "frame shown at t": indices count the frames that are shown, in the order
// they are shown, from 0, or from the end when negative; ranges are half open and clamped, as slices are; a
// single index or time outside is an error. Order and repeats of a list are kept.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/times.h"

namespace sl {

// "17", or "20:100:5" as in Python; an absent bound is empty, `step` is above 0.
struct FrameSlice {
  bool single = false;
  std::optional<std::int64_t> start, stop;
  std::int64_t step = 1;
};

// Clips of frames, as for training: `count` starts, and from each on `frames` frames at a distance of `step`.
struct FrameClips {
  enum class Policy {
    Repeat,
    Wrap,
    Error
  };  // of a clip that would go beyond the end: its last frame again and again,
      // its frames from the first on, or a failure
  std::int64_t count = 0, frames = 1, step = 1;
  bool random = false;  // otherwise at regular distances, the first at the first frame
  std::uint64_t seed = 0;
  Policy policy = Policy::Repeat;
};

struct FrameChoice {
  enum class By { All, Indices, Times, Range, Every, KeyFrames, Clips };
  By by = By::All;
  std::vector<FrameSlice> slices;                  // Indices
  std::vector<Seconds> times;                      // Times
  std::optional<Seconds> range_start, range_stop;  // Range: either may be open
  Seconds every;                                   // Every: above 0
  FrameClips clips;
};

// The known frames of a track, in the order they are shown.
struct FrameTable {
  Rational time_base{1, 1};
  std::vector<std::int64_t> pts;  // rising
  std::vector<bool> key;          // of the same size
  std::int64_t end = 0;           // the time after the last frame
};

// Frames that a choice may ask for, repeats counted.
inline constexpr std::size_t max_chosen = std::size_t{1} << 24;

[[noreturn]] void no_such_frame(std::int64_t index, std::size_t frames, const std::string& name);

// The index of the frame shown at `time`: the last one with pts <= time. Throws Usage before the first
// and from the end on. `name` begins the message.
[[nodiscard]] std::size_t shown_at(const FrameTable& table, const Seconds& time, const std::string& name);

// The indices that the choice asks for, in the order it asks for them. Throws Usage for missing frames.
[[nodiscard]] std::vector<std::size_t> choose(const FrameChoice& choice, const FrameTable& table,
                                              const std::string& name);

}  // namespace sl

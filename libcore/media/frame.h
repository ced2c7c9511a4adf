// Frames: number, times and flags.

#pragma once

#include <cstdint>
#include <string>

#include "libcore/base/rational.h"

namespace sl {

namespace frame_flag {
inline constexpr std::uint32_t key = 1, discontinuity = 2, damaged = 4, hidden = 8, interlaced = 16, top_first = 32;
}

struct Frame {
  std::uint64_t number = 0;
  std::int64_t pts = no_time, duration = no_time, dts = no_time;  // in the track's time base
  std::int64_t capture = no_time;                                 // ns on the track's clock
  std::int64_t wall = no_time;                                    // UTC as POSIX time, ns
  std::uint32_t flags = frame_flag::key;
  std::string metadata;  // the text of a JSON object, or empty
  bool operator==(const Frame&) const = default;
};

}  // namespace sl

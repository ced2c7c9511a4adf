// Clocks of this machine, and their names on the wire (docs/wire-format.md, TRACK, `clock`).

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/media/frame.h"

namespace sl {

struct Track;

inline constexpr std::int64_t ns_per_second = 1'000'000'000;

// ns since some moment of this boot; never steps (CLOCK_MONOTONIC).
[[nodiscard]] std::int64_t monotonic_now();
// POSIX time in ns (CLOCK_REALTIME).
[[nodiscard]] std::int64_t utc_now();

// "monotonic:<boot id>": the name of the first of them.
[[nodiscard]] const std::string& monotonic_clock_id();

// Names the track's clock, among the members that Track::rest holds. `uncertainty_ns` is how far a capture time may be
// from the truth.
void set_clock(Track& track, const std::string& id, std::int64_t uncertainty_ns);
// The name of the track's clock; empty if it has none.
[[nodiscard]] std::string clock_id(const Track& track);

// How long ago frames of a track were captured, in ns: by the track's clock if this machine can read it, else by their
// wall clock. Clocks with unrelated names are never compared.
class FrameAge {
 public:
  explicit FrameAge(const Track& track);
  [[nodiscard]] std::optional<std::int64_t> of(const Frame& frame) const;

 private:
  enum class Clock { Unknown, Utc, Monotonic } clock_;
};
// The age of a single frame.
[[nodiscard]] std::optional<std::int64_t> age_of(const Track& track, const Frame& frame);

}  // namespace sl

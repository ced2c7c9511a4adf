// Times of the samples in a block of sound, to cut it to the sample.

#pragma once

#include <cstddef>
#include <cstdint>

#include "libcore/base/times.h"

namespace sl {

struct Track;

// Bytes of one sample of all channels of raw sound.
[[nodiscard]] std::size_t sample_frame_bytes(const Track& track);

// Sample k of a block is at pts + k / rate, exactly. How many of `count` samples are before `time`.
[[nodiscard]] std::uint64_t samples_before(std::int64_t pts, const Track& track, const Seconds& time,
                                           std::uint64_t count);

// The time of sample k of a block, and the length of so many samples, in ticks, rounded to nearest.
[[nodiscard]] std::int64_t sample_time(std::int64_t pts, const Track& track, std::uint64_t k);
[[nodiscard]] std::int64_t samples_length(const Track& track, std::uint64_t count);

}  // namespace sl

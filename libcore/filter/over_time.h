// Filters over time: each picture is made of itself and of its neighbours in time.

#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// Pictures in the order of their times, all of one track and whole. There are fewer than asked for at the ends of the
// stream and of a recording (a discontinuity, another TRACK).
struct Neighbours {
  std::span<const Strip> pictures;
  std::size_t own = 0;  // the place of the picture that is made
};
struct TimeSpan {
  std::size_t before = 0, after = 0;  // pictures
};
// Writes all samples of `out`, which has the format and size of the pictures.
using TimeKernel = std::function<void(const Track& track, const Neighbours& in, const Strip& out)>;

// Run `kernel` for each picture of each track of raw video. A picture leaves when the last of its neighbours has come.
// Everything else passes, in its place; attachments and records that are tied to the old samples are left out, with an
// EVENT. before + after + 2 pictures are in memory.
void map_over_time(Reader& in, Writer& out, TimeSpan span, const TimeKernel& kernel);

}  // namespace sl

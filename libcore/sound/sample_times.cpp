// Exact positions of samples, in 128 bits.

#include "libcore/sound/sample_times.h"

#include <algorithm>

#include "libcore/media/track.h"

namespace sl {

std::size_t sample_frame_bytes(const Track& track) {
  const std::size_t sample = track.samples == "u8" ? 1 : track.samples == "s16le" ? 2 : 4;
  return sample * track.channels;
}

std::uint64_t samples_before(std::int64_t pts, const Track& track, const Seconds& time, std::uint64_t count) {
  __extension__ using Wide = __int128;
  const Rational& base = track.time_base;
  const std::int64_t tick = ticks_down(time, base);
  if (tick < pts) return 0;
  // `time` is `whole` ticks and `rest` / (time.den * base.num) of one after pts.
  const Wide whole = Wide{tick} - pts;
  if (whole * base.num * track.sample_rate >= Wide{count} * base.den) return count;  // and now it is small
  const Wide rest = Wide{time.num} * base.den - Wide{tick} * time.den * base.num;
  const Wide num = (whole * time.den * base.num + rest) * track.sample_rate;
  const Wide den = Wide{time.den} * base.den;
  return static_cast<std::uint64_t>(std::min((num + den - 1) / den, Wide{count}));
}

std::int64_t samples_length(const Track& track, std::uint64_t count) {
  const Rational samples{1, track.sample_rate};
  return rescale(static_cast<std::int64_t>(count), samples, track.time_base);
}

std::int64_t sample_time(std::int64_t pts, const Track& track, std::uint64_t k) {
  return add_time(pts, samples_length(track, k));
}

}  // namespace sl

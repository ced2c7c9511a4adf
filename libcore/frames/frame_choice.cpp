// A choice into indices.

#include "libcore/frames/frame_choice.h"

#include <algorithm>
#include <random>

#include "libcore/base/error.h"
#include "libcore/base/time_text.h"

namespace sl {

namespace {

// A bound of a slice as Python has it.
std::int64_t clamped(std::optional<std::int64_t> bound, std::int64_t absent, std::int64_t count) {
  if (!bound) return absent;
  return std::clamp<std::int64_t>(*bound < 0 ? *bound + count : *bound, 0, count);
}

void add_slice(std::vector<std::size_t>& indices, const FrameSlice& slice, std::size_t frames,
               const std::string& name) {
  const auto count = static_cast<std::int64_t>(frames);
  if (slice.single) {
    const std::int64_t index = *slice.start < 0 ? *slice.start + count : *slice.start;
    if (index < 0 || index >= count) no_such_frame(*slice.start, frames, name);
    indices.push_back(static_cast<std::size_t>(index));
    return;
  }
  const std::int64_t stop = clamped(slice.stop, count, count);
  for (std::int64_t i = clamped(slice.start, 0, count); i < stop; i += slice.step) {
    indices.push_back(static_cast<std::size_t>(i));
    if (slice.step >= count) break;
  }
}

void add_range(std::vector<std::size_t>& indices, const FrameChoice& choice, const FrameTable& table,
               const std::string& name) {
  if (table.pts.empty()) return;
  const auto& from = choice.range_start;
  const auto& to = choice.range_stop;
  if (from && to && compare(*from, *to) == 0) return;
  const std::int64_t stop = to ? ticks_up(*to, table.time_base) : table.end;
  const bool inside = from && ticks_down(*from, table.time_base) >= table.pts.front();
  for (std::size_t i = inside ? shown_at(table, *from, name) : 0; i < table.pts.size() && table.pts[i] < stop; ++i) {
    indices.push_back(i);
  }
}

void add_every(std::vector<std::size_t>& indices, const Seconds& every, const FrameTable& table,
               const std::string& name) {
  if (table.pts.empty()) return;
  // The frames shown at multiples of the step from the first frame on.
  __extension__ using Wide = __int128;
  std::size_t at = 0;
  for (std::int64_t n = 0;; ++n) {
    const Wide ticks = Wide{every.num} * n * table.time_base.den / (Wide{every.den} * table.time_base.num);
    const Wide time = ticks + table.pts.front();
    if (time >= table.end) return;
    while (at + 1 < table.pts.size() && table.pts[at + 1] <= time) ++at;
    if (indices.size() == max_chosen) {
      throw Error(Status::Usage, name + ": --every asks for more than " + std::to_string(max_chosen) + " frames");
    }
    indices.push_back(at);
  }
}

void add_clips(std::vector<std::size_t>& indices, const FrameClips& clips, std::size_t frames,
               const std::string& name) {
  if (frames == 0) return;
  const auto count = static_cast<std::int64_t>(frames);
  const std::int64_t span = (clips.frames - 1) * clips.step + 1;
  if (clips.policy == FrameClips::Policy::Error && span > count) {
    throw Error(Status::Usage, name + ": a clip takes " + std::to_string(span) + " frames, and there are " +
                                   std::to_string(count) + " (--policy repeat or wrap would do)");
  }
  const std::int64_t starts = std::max<std::int64_t>(1, count - span + 1);
  std::mt19937_64 random(clips.seed);  // the same numbers everywhere: the standard says which
  for (std::int64_t clip = 0; clip < clips.count; ++clip) {
    const std::int64_t start = clips.random ? static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(starts))
                               : clips.count == 1 ? 0
                                                  : clip * (starts - 1) / (clips.count - 1);
    for (std::int64_t i = 0; i < clips.frames; ++i) {
      std::int64_t index = start + i * clips.step;
      if (index >= count) {
        const std::int64_t whole = (count - 1 - start) / clips.step + 1;  // frames of this clip that exist
        index = start + (clips.policy == FrameClips::Policy::Wrap ? i % whole : whole - 1) * clips.step;
      }
      indices.push_back(static_cast<std::size_t>(index));
    }
  }
}

}  // namespace

void no_such_frame(std::int64_t index, std::size_t frames, const std::string& name) {
  throw Error(Status::Usage, name + ": there is no frame " + std::to_string(index) + ": it has " +
                                 std::to_string(frames) + (frames == 1 ? " frame" : " frames"));
}

std::size_t shown_at(const FrameTable& table, const Seconds& time, const std::string& name) {
  const std::int64_t tick = ticks_down(time, table.time_base);
  if (table.pts.empty() || tick < table.pts.front() || tick >= table.end) {
    const std::string where = table.pts.empty()
                                  ? "it has no frames"
                                  : "it is shown from " + seconds_text(table.pts.front(), table.time_base) +
                                        " to before " + seconds_text(table.end, table.time_base);
    throw Error(Status::Usage, name + ": nothing is shown at " + seconds_text(time.num, {1, time.den}) + ": " + where);
  }
  return static_cast<std::size_t>(std::upper_bound(table.pts.begin(), table.pts.end(), tick) - table.pts.begin()) - 1;
}

std::vector<std::size_t> choose(const FrameChoice& choice, const FrameTable& table, const std::string& name) {
  std::vector<std::size_t> indices;
  switch (choice.by) {
    case FrameChoice::By::All:
      for (std::size_t i = 0; i < table.pts.size(); ++i) indices.push_back(i);
      break;
    case FrameChoice::By::Indices:
      for (const FrameSlice& slice : choice.slices) add_slice(indices, slice, table.pts.size(), name);
      break;
    case FrameChoice::By::Times:
      for (const Seconds& time : choice.times) indices.push_back(shown_at(table, time, name));
      break;
    case FrameChoice::By::Range:
      add_range(indices, choice, table, name);
      break;
    case FrameChoice::By::Every:
      add_every(indices, choice.every, table, name);
      break;
    case FrameChoice::By::KeyFrames:
      for (std::size_t i = 0; i < table.pts.size(); ++i) {
        if (table.key[i]) indices.push_back(i);
      }
      break;
    case FrameChoice::By::Clips:
      add_clips(indices, choice.clips, table.pts.size(), name);
      break;
  }
  return indices;
}

}  // namespace sl

// Options into a choice, and a choice into indices.

#include "libcore/frame_choice.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "libcore/error.h"

namespace sl {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::int64_t> parse_bound(std::string_view text, bool& good) {
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  good = good && error == std::errc() && end == text.data() + text.size();
  return value;
}

FrameSlice parse_slice(std::string_view option, std::string_view text) {
  const auto parts = split(text, ':');
  FrameSlice slice;
  bool good = parts.size() <= 3;
  slice.single = parts.size() == 1;
  slice.start = parse_bound(parts[0], good);
  if (parts.size() > 1) slice.stop = parse_bound(parts[1], good);
  if (parts.size() > 2) slice.step = parse_bound(parts[2], good).value_or(1);
  good = good && slice.step > 0 && (!slice.single || slice.start);
  if (!good) {
    throw Error(Status::Usage,
                std::string(option) + ": \"" + printable(text, 60) + "\" is not a frame number, or START:STOP[:STEP]");
  }
  return slice;
}

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
  // Multiples of the step from the first frame on; what is shown then.
  __extension__ using Wide = __int128;
  std::size_t at = 0;
  for (std::int64_t n = 0;; ++n) {
    const Wide ticks = Wide{every.num} * n * table.time_base.den / (Wide{every.den} * table.time_base.num);
    const Wide time = ticks + table.pts.front();
    if (time >= table.end) return;
    while (at + 1 < table.pts.size() && table.pts[at + 1] <= time) ++at;
    if (indices.size() == most_chosen) {
      throw Error(Status::Usage, name + ": --every asks for more than " + std::to_string(most_chosen) + " frames");
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
        const std::int64_t whole = (count - 1 - start) / clips.step + 1;  // frames of this clip that there are
        index = start + (clips.policy == FrameClips::Policy::Wrap ? i % whole : whole - 1) * clips.step;
      }
      indices.push_back(static_cast<std::size_t>(index));
    }
  }
}

}  // namespace

FrameChoiceOptions::FrameChoiceOptions(Tool& tool) {
  tool.group("Choosing frames");
  tool.option("--frame", frame_, "N", "frame N, from 0 in the order they are shown; -1 is the last");
  tool.option("--frames", frames_, "LIST", "frames and slices: 10,20:100:5,-1; in that order");
  tool.option("--at", at_, "TIME,...", "the frames shown at these times: 1.5s,00:01:02.5");
  tool.option("--range", range_, "FROM:TO",
              "all frames shown from one time to before another: 2s:5s; either may be left out");
  tool.option("--every", every_, "TIME", "the frames shown at the start, one step later, and so on");
  tool.option("--key-frames", key_frames_, "key frames only");
  tool.option("--clips", clips_, "KIND=N", "regular=N or random=N: N clips, at regular or random positions");
  tool.option("--clip-frames", clip_frames_, "N", "frames of a clip", 1, 1 << 20);
  tool.option("--clip-step", clip_step_, "N", "frames from one frame of a clip to its next", 1, 1 << 20);
  tool.option("--policy", policy_, "repeat|wrap|error",
              "what a clip has beyond the end: its last frame, its frames again, or a failure");
  tool.option("--seed", seed_, "N", "of random positions: the same number gives the same clips", 0,
              std::numeric_limits<std::int64_t>::max());
}

FrameChoice FrameChoiceOptions::choice() const {
  FrameChoice choice;
  int given = 0;
  const auto use = [&](FrameChoice::By by) {
    choice.by = by;
    if (++given > 1) {
      throw Error(Status::Usage,
                  "--frame, --frames, --at, --range, --every, --key-frames and --clips exclude each other");
    }
  };
  if (!frame_.empty()) use(FrameChoice::By::Indices);
  for (const std::string& text : frame_) {
    choice.slices.push_back(parse_slice("--frame", text));
    if (!choice.slices.back().single) throw Error(Status::Usage, "--frame takes one number; --frames takes slices");
  }
  if (!frames_.empty()) use(FrameChoice::By::Indices);
  for (const std::string& text : frames_) {
    for (const std::string_view part : split(text, ',')) choice.slices.push_back(parse_slice("--frames", part));
  }
  if (!at_.empty()) use(FrameChoice::By::Times);
  for (const std::string& text : at_) {
    for (const std::string_view part : split(text, ',')) choice.times.push_back(parse_seconds("--at", part));
  }
  if (!range_.empty()) {
    use(FrameChoice::By::Range);
    const TimeRange range = parse_time_range("--range", range_);
    choice.range_start = range.start;
    choice.range_stop = range.stop;
  }
  if (!every_.empty()) {
    use(FrameChoice::By::Every);
    choice.every = parse_seconds("--every", every_);
    if (choice.every.num <= 0) throw Error(Status::Usage, "--every: the step must be above 0");
  }
  if (key_frames_) use(FrameChoice::By::KeyFrames);
  if (!clips_.empty()) {
    use(FrameChoice::By::Clips);
    const std::size_t equals = clips_.find('=');
    const std::string kind = clips_.substr(0, equals);
    bool good = equals != std::string::npos && (kind == "regular" || kind == "random");
    const auto count = good ? parse_bound(std::string_view(clips_).substr(equals + 1), good) : std::nullopt;
    good = good && count && *count > 0 && *count <= (1 << 20);
    if (good && *count * clip_frames_ > static_cast<std::int64_t>(most_chosen)) {
      throw Error(Status::Usage, "--clips: more than " + std::to_string(most_chosen) + " frames in all");
    }
    if (!good) throw Error(Status::Usage, "--clips: \"" + printable(clips_, 60) + "\" is not regular=N or random=N");
    choice.clips = {*count,
                    clip_frames_,
                    clip_step_,
                    kind == "random",
                    static_cast<std::uint64_t>(seed_),
                    policy_ == "repeat" ? FrameClips::Policy::Repeat
                    : policy_ == "wrap" ? FrameClips::Policy::Wrap
                                        : FrameClips::Policy::Error};
  }
  return choice;
}

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

// From options to a choice of frames.

#include "libcore/stage/frame_options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/time_text.h"
#include "libcore/stage/tool.h"

namespace sl {

namespace {

using Policy = FrameClips::Policy;
constexpr Name<Policy> policies[] = {{"repeat", Policy::Repeat}, {"wrap", Policy::Wrap}, {"error", Policy::Error}};

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
  const auto value = to_number<std::int64_t>(text);
  good = good && value;
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
  if (!good) bad_value(option, text, "is not a frame number, or START:STOP[:STEP]");
  return slice;
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
  tool.option("--policy", policy_, policies,
              "fill a clip beyond the end with its last frame, with its frames again, or fail");
  tool.option("--seed", seed_, "N", "of random positions: the same number gives the same clips", 0,
              std::numeric_limits<std::int64_t>::max());
}

FrameChoice::By FrameChoiceOptions::kind() const {
  using By = FrameChoice::By;
  const std::array<std::pair<bool, By>, 7> kinds{{{!frame_.empty(), By::Indices},
                                                  {!frames_.empty(), By::Indices},
                                                  {!at_.empty(), By::Times},
                                                  {range_.has_value(), By::Range},
                                                  {every_.has_value(), By::Every},
                                                  {key_frames_, By::KeyFrames},
                                                  {!clips_.empty(), By::Clips}}};
  const auto given = [](const auto& kind) { return kind.first; };
  if (std::ranges::count_if(kinds, given) > 1) {
    throw Error(Status::Usage,
                "--frame, --frames, --at, --range, --every, --key-frames and --clips exclude each other");
  }
  const auto* const kind = std::ranges::find_if(kinds, given);
  return kind == kinds.end() ? By::All : kind->second;
}

FrameClips FrameChoiceOptions::clips() const {
  const std::size_t equals = clips_.find('=');
  const std::string kind = clips_.substr(0, equals);
  bool good = equals != std::string::npos && (kind == "regular" || kind == "random");
  const auto count = good ? parse_bound(std::string_view(clips_).substr(equals + 1), good) : std::nullopt;
  good = good && count && *count > 0 && *count <= (1 << 20);
  if (!good) bad_value("--clips", clips_, "is not regular=N or random=N");
  if (*count * clip_frames_ > static_cast<std::int64_t>(max_chosen)) {
    throw Error(Status::Usage, "--clips: more than " + std::to_string(max_chosen) + " frames in all");
  }
  return {*count, clip_frames_, clip_step_, kind == "random", static_cast<std::uint64_t>(seed_), policy_};
}

FrameChoice FrameChoiceOptions::choice() const {
  FrameChoice choice;
  choice.by = kind();
  for (const std::string& text : frame_) {
    choice.slices.push_back(parse_slice("--frame", text));
    if (!choice.slices.back().single) throw Error(Status::Usage, "--frame takes one number; --frames takes slices");
  }
  for (const std::string& text : frames_) {
    for (const std::string_view part : split(text, ',')) choice.slices.push_back(parse_slice("--frames", part));
  }
  for (const std::string& text : at_) {
    for (const std::string_view part : split(text, ',')) choice.times.push_back(parse_seconds("--at", part));
  }
  if (range_) {
    choice.range_start = range_->start;
    choice.range_stop = range_->stop;
  }
  if (every_) choice.every = every_->length;
  if (!clips_.empty()) choice.clips = clips();
  return choice;
}

}  // namespace sl

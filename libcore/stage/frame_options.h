// The options of a tool that choose frames: --frame, --frames, --at, --range, --every, --key-frames, --clips and their
// details.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/time_text.h"
#include "libcore/frames/frame_choice.h"

namespace sl {

class Tool;

class FrameChoiceOptions {
 public:
  explicit FrameChoiceOptions(Tool& tool);
  // After parsing. Throw Usage for two choices at once, or for an invalid value.
  [[nodiscard]] FrameChoice choice() const;

 private:
  [[nodiscard]] FrameChoice::By kind() const;
  [[nodiscard]] FrameClips clips() const;

  std::vector<std::string> frame_, frames_, at_;
  std::optional<TimeRange> range_;
  std::optional<Duration> every_;
  std::string clips_;
  FrameClips::Policy policy_ = FrameClips::Policy::Repeat;
  bool key_frames_ = false;
  std::int64_t clip_frames_ = 1, clip_step_ = 1, seed_ = 0;
};

}  // namespace sl

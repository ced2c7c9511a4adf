// The options that choose frames, on a tool: --frame, --frames, --at, --range, --every, --key-frames, --clips and what
// belongs to it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/frames/frame_choice.h"

namespace sl {

class Tool;

class FrameChoiceOptions {
 public:
  explicit FrameChoiceOptions(Tool& tool);
  // After parsing. Throws Usage: two of them, or a text that is not right.
  [[nodiscard]] FrameChoice choice() const;

 private:
  std::vector<std::string> frame_, frames_, at_;
  std::string range_, every_, clips_, policy_ = "repeat";
  bool key_frames_ = false;
  std::int64_t clip_frames_ = 1, clip_step_ = 1, seed_ = 0;
};

}  // namespace sl

// The command line of sl-pattern.

#pragma once

#include <cstdint>
#include <string>

#include "libcore/base/size_text.h"
#include "libcore/stage/live.h"
#include "pattern_source.h"

namespace sl::pattern {

struct PatternCommand {
  PatternSource::Settings settings;

  void bind(Tool& tool);
  void check();  // fills the settings from the texts; throws Usage, Limit

 private:
  void check_size();
  void check_video();

  Size size_{1280, 720};
  std::string pixels_, standard_ = "auto", range_ = "auto";
  std::int64_t sample_rate_ = 48000, channels_ = 2, seed_ = 0;
  StopRule stop_;
};

}  // namespace sl::pattern

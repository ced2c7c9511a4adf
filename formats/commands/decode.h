// sl-decode's command line, which it shares with the helper that it becomes for film and sound.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "formats/commands/tool_options.h"
#include "libcore/stage/frame_options.h"
#include "libcore/stage/tool.h"

namespace sl {

struct DecodeCommand {
  DecodeCommand();

  Tool tool;
  bool salvage = false, no_orient = false;
  ToolFormatOptions formats;
  FrameChoiceOptions frames;
  std::string seek_mode = "exact";
  // Of film and sound.
  std::vector<std::string> streams;  // "0,2", "all"
  bool video_only = false, audio_only = false, packets = false;
  std::int64_t threads = 0;  // 0: one a core
  std::int64_t max_spool = std::int64_t{8} << 30;
  // After parsing.
  std::vector<std::pair<std::string, std::string>> bracketed;  // options behind INPUT that are of pictures' formats
  FrameChoice choice;

  // Whether anything was asked for that pictures do not have; names the first option.
  [[nodiscard]] std::string film_option() const;

 private:
  void check();
  // Options in brackets that are not of a picture's format.
  bool take_bracketed(const std::string& name, const std::string& value);
};

}  // namespace sl

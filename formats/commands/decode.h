// The command line of sl-decode, shared with its helper for film and sound.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "formats/bare/pcm.h"
#include "formats/commands/tool_options.h"
#include "libcore/stage/frame_options.h"
#include "libcore/stage/tool.h"

namespace sl {

struct DecodeCommand {
  DecodeCommand();

  Tool tool;
  bool salvage = false, keep_going = false, no_orient = false;
  ToolFormatOptions formats;
  FrameChoiceOptions frames;
  std::string seek_mode = "exact";
  // Of film and sound.
  std::vector<std::string> streams;  // "0,2", "all"
  std::optional<Rational> rate;      // of a raw stream
  std::optional<Seconds> probe_time;
  bool video_only = false, audio_only = false, packets = false;
  std::int64_t max_spool = std::int64_t{8} << 30;
  std::optional<PcmShape> pcm;  // the input is samples alone
  bool preview = false;         // for the stage that follows
  // After parsing.
  std::vector<std::pair<std::string, std::string>> bracketed;  // INPUT's options for formats of pictures
  FrameChoice choice;

  // Whether the input is raw pixels.
  [[nodiscard]] bool is_raw() const;
  // Return the first option that pictures do not have, or an empty text.
  [[nodiscard]] std::string film_option() const;

 private:
  void check();
  // Take a bracketed option that is not for a format of pictures.
  bool take_bracketed(const std::string& name, const std::string& value);
};

}  // namespace sl

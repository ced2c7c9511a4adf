// The command line of sl-encode, shared with its helper for film and sound.

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "formats/commands/film_container.h"
#include "formats/commands/tool_options.h"
#include "formats/output/output.h"
#include "libcore/stage/tool.h"

namespace sl {

// Options of film and sound as given; empty: not given.
struct FilmOptions {
  std::string codec, crf, bitrate, preset, gop, pixels, audio_codec, audio_bitrate;
  std::vector<std::string> others;  // KEY=VALUE

  // Help texts for options whose default depends on the tool.
  struct Help {
    const char *codec, *crf, *preset, *audio_codec;
  };
  // Add the options except --gop and --option, which not every tool offers.
  void bind(Tool& tool, const Help& help);
  // Whether any option requests encoding: then compressed tracks are decoded first.
  [[nodiscard]] bool encodes() const;
};

struct EncodeCommand {
  EncodeCommand();

  Tool tool;
  bool no_orient = false;
  std::string keep = "all";
  std::int64_t threads = 0;  // 0: one for each core
  std::optional<ToolFormatOptions> formats;
  FilmOptions film;

  // After read():
  OutputName name;
  const FilmContainer* container = nullptr;  // null: not film or sound
  std::array<float, 3> background{};

  // Call from the tool's check. Throw Usage.
  void read();

 private:
  void take_bracketed();
  [[nodiscard]] std::string first_film_option() const;

  std::string output_argument_, output_option_, background_text_ = "0,0,0";
};

// Parse "2M", "500k", "128000": bits per second, K and M of 1000. Throw Usage.
[[nodiscard]] std::int64_t parse_bitrate(std::string_view option, const std::string& text);

}  // namespace sl

// sl-encode's command line, which it shares with the helper that it becomes for film and sound.

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

// Options of film and sound, as they were given; empty: not given.
struct FilmOptions {
  std::string codec, crf, bitrate, preset, gop, pixels, audio_codec, audio_bitrate;
  std::vector<std::string> others;  // KEY=VALUE

  // What the help says where the usual value is the tool's own.
  struct Words {
    const char *codec, *crf, *preset, *audio_codec;
  };
  // Adds the options, but for --gop and --option, of which not every tool leaves as much to people.
  void bind(Tool& tool, const Words& words);
  // Whether any says how to encode: then compressed tracks are decoded first.
  [[nodiscard]] bool encodes() const;
};

struct EncodeCommand {
  EncodeCommand();

  Tool tool;
  bool no_orient = false;
  std::string keep = "all";
  std::int64_t threads = 0;  // 0: one a core
  std::optional<ToolFormatOptions> formats;
  FilmOptions film;

  // After read():
  OutputName name;
  const FilmContainer* container = nullptr;  // null: not film or sound
  std::array<float, 3> background{};

  // Called by the tool's check. Throws Usage.
  void read();

 private:
  void take_bracketed();
  [[nodiscard]] std::string first_film_option() const;

  std::string output_argument_, output_option_, background_text_ = "0,0,0";
};

// "2M", "500k", "128000": bits a second, K and M of 1000. Throws Usage.
[[nodiscard]] std::int64_t parse_bitrate(std::string_view option, const std::string& text);

}  // namespace sl

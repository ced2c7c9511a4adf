// The command line of sl-encode, shared with its helper for film and sound.

#pragma once

#include <array>
#include <optional>
#include <string>

#include "formats/commands/tool_options.h"
#include "formats/film/container.h"
#include "formats/film/options.h"
#include "formats/output/carried.h"
#include "formats/output/output.h"
#include "libcore/base/color_text.h"
#include "libcore/stage/tool.h"

namespace sl {

// Help texts for options whose default depends on the tool.
struct FilmOptionsHelp {
  const char *codec, *crf, *preset, *audio_codec;
};
// Add the options for `film` except --gop and --option, which not every tool offers.
void add_film_options(Tool& tool, FilmOptions& film, const FilmOptionsHelp& help);

struct EncodeCommand {
  EncodeCommand();

  Tool tool;
  bool no_orient = false;
  Keep keep = Keep::All;
  std::optional<ToolFormatOptions> formats;
  FilmOptions film;
  std::optional<Rgba> background;  // by default white, with a report
  std::int64_t max_size = 0;       // of a picture's file; 0: any

  [[nodiscard]] std::optional<std::array<float, 3>> background_rgb() const {
    return background ? std::optional(background->rgb()) : std::nullopt;
  }

  // After read():
  OutputName name;
  const FilmContainer* container = nullptr;  // null: not film or sound

  // Call from the tool's check. Throw Usage.
  void read();

 private:
  void take_bracketed();
  void check_max_size() const;
  [[nodiscard]] std::string first_film_option() const;

  std::string output_argument_, output_option_, format_;
};

}  // namespace sl

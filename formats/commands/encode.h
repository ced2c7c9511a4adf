// sl-encode's command line, which it shares with the helper that it becomes for film and sound.

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "formats/commands/film_container.h"
#include "formats/commands/film_options.h"
#include "formats/commands/tool_options.h"
#include "formats/output/output.h"
#include "libcore/stage/tool.h"

namespace sl {

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

}  // namespace sl

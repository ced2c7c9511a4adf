// sl-info's command line, which it shares with the helper that it becomes for film and sound, and what both do with a
// wire.

#pragma once

#include <string>

#include "libcore/stage/tool.h"

namespace sl {

struct InfoCommand {
  InfoCommand();
  InfoCommand(const InfoCommand&) = delete;
  InfoCommand& operator=(const InfoCommand&) = delete;

  Tool tool{"sl-info", "Tell what a picture, a film, sound or a wire holds."};
  bool json = false, frames = false, scan = false;
  std::string index;

  // For people and JSON: a URL without user, password and query.
  [[nodiscard]] std::string input_name() const;
  // Tells of the wire, and of each of its frames where that is asked for. Throws Usage where --index is.
  void tell_of_wire(Reader& in) const;
  // Everything is out. Throws Io.
  static void finish();
};

}  // namespace sl

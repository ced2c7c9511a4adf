// The command line of sl-info and sl-info-av, and the description of a wire, which both print.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/stage/tool.h"

namespace sl {

struct InfoCommand {
  InfoCommand();
  InfoCommand(const InfoCommand&) = delete;
  InfoCommand& operator=(const InfoCommand&) = delete;

  Tool tool{"sl-info", "Describe a picture, a film, sound or a wire."};
  bool json = false, frames = false, scan = false;
  std::string index, get;
  std::optional<std::uint64_t> bytes;  // the size of a file that is no wire, if it is known

  // Return the name to print: a URL without user, password and query.
  [[nodiscard]] std::string input_name() const;
  // Describe the wire, and each of its frames for --frames. Throw Usage for --index.
  void describe_wire(Reader& in) const;
  // Flush standard output. Throw Io.
  static void finish();
};

}  // namespace sl

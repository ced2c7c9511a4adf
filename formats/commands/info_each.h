// sl-info of a folder or of several files: a line about each.

#pragma once

#include <string>

#include "libcore/base/json_fwd.h"

namespace sl {

struct InfoCommand;

// Describe each input of the command line, and each file of those that are folders, in the order of their names: in a
// line, with --json as sl-info does, with --get by name and value. Return 0, or the status of the first that failed.
[[nodiscard]] int describe_each(const InfoCommand& command);

// Return a description (--json) in one line, without the name: "TIFF, 640x480 rgb24, compression: deflate, pages: 3".
[[nodiscard]] std::string in_one_line(const Json& description);

}  // namespace sl

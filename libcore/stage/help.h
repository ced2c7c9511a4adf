// Help, manual page and completions, all from a command's one description.

#pragma once

#include <string>

#include "libcore/stage/options.h"

namespace sl {

// Return the help in a `form` of `--help=`: "" (text), "short", "json", "man", "bash", "zsh", "fish". Throw
// Error(Usage) for any other.
[[nodiscard]] std::string help(const ToolSpec& spec, const std::string& form);

}  // namespace sl

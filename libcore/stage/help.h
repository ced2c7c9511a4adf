// Help, manual page and completions, all from a command's one description.

#pragma once

#include <string>

#include "libcore/stage/options.h"

namespace sl {

// `form` is what stood behind `--help=`: "" (text), "short", "json", "man", "bash", "zsh", "fish". Throws Error(Usage)
// for any other.
[[nodiscard]] std::string help(const ToolSpec& spec, const std::string& form);

}  // namespace sl

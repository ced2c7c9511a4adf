// Names of files from a file.

#pragma once

#include <string>
#include <vector>

namespace sl {

// Return the names in a file, or on standard input for "-": one on each line, or if `by_zero`, each up to a zero byte.
// Empty ones are left out. Throw NoInput, NotPermitted, and Limit for over a million.
[[nodiscard]] std::vector<std::string> read_names(const std::string& file, bool by_zero);

}  // namespace sl

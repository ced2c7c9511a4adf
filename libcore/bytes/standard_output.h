// Text for people on standard output, where a command prints instead of making a stream: --help, --list.

#pragma once

#include <string_view>

namespace sl {

// All of it, whatever standard output is; throws as Target does.
void print(std::string_view text);

}  // namespace sl

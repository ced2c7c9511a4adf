// Text on standard output, for options that print instead of making a stream: --help, --list.

#pragma once

#include <string_view>

namespace sl {

// Print all of the text to standard output of any kind. Throw as Target does.
void print(std::string_view text);

}  // namespace sl

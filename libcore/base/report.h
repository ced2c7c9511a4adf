// Lines for the user on standard error, and the version of this build.

#pragma once

#include <string_view>

namespace sl {

// Set the name at the start of each line, and whether to suppress warnings (--quiet).
void set_report_name(std::string_view tool, bool quiet);

// Print one line, unchanged or as "TOOL: TEXT". One write() each, so that lines of several stages do not mix.
void print_line(std::string_view text);
void report(std::string_view text);

// Print a warning, "TOOL: MESSAGE", made printable; with --quiet, do nothing.
void warn(std::string_view message);

// Return the version of this build, "x.y.z".
[[nodiscard]] std::string_view version();

}  // namespace sl

// Lines for the user on standard error, and the version of this build.

#pragma once

#include <string_view>

namespace sl {

// Sets the name in front of each line, and whether warnings are left out (--quiet).
void set_report_name(std::string_view tool, bool quiet);

// Print one line by one write, so that lines of several stages do not mix: as it is, or as "TOOL: TEXT".
void print_line(std::string_view text);
void report(std::string_view text);

// Print a warning, "TOOL: MESSAGE", unless --quiet. The text is made printable.
void warn(std::string_view message);

// "x.y.z" of this build.
[[nodiscard]] std::string_view version();

}  // namespace sl

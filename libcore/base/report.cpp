// Lines for the user.

#include "libcore/base/report.h"

#include <unistd.h>

#include <string>

#include "libcore/base/error.h"

namespace sl {

namespace {

std::string tool_name = "sl";
bool without_warnings = false;

}  // namespace

void set_report_name(std::string_view tool, bool quiet) {
  tool_name = tool;
  without_warnings = quiet;
}

void print_line(std::string_view text) {
  const std::string line = std::string(text) + "\n";
  const ssize_t count = write(STDERR_FILENO, line.data(), line.size());
  (void)count;  // nowhere to say it
}

void report(std::string_view text) { print_line(tool_name + ": " + std::string(text)); }

void warn(std::string_view message) {
  if (!without_warnings) report(printable(message));
}

std::string_view version() { return SL_VERSION; }

}  // namespace sl

// The formats' own options as flags of a command.

#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "formats/format.h"

namespace sl {

class Tool;

class ToolFormatOptions {
 public:
  enum class Direction { Decode, Encode };
  // Add every option of every format. Options with the same name become one flag.
  ToolFormatOptions(Tool& tool, Direction direction);

  // After parsing: return the values for one format. `more`, from the brackets after a name, overrides flags. Throw
  // Usage for an option that the format does not have, unless it is a wish: one that begins with "for-" says what the
  // stage that follows needs, and a format without it delivers all.
  [[nodiscard]] FormatOptions values_for(const FormatInfo& format,
                                         const std::vector<std::pair<std::string, std::string>>& more,
                                         bool with_wishes = true) const;
  [[nodiscard]] bool is_given(std::string_view name) const;
  // Return the name of a given option of any format, or an empty string.
  [[nodiscard]] std::string first_given() const;

 private:
  Direction direction_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, bool> flags_;
};

}  // namespace sl

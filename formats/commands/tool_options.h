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
  // Adds every option of every format; those of one name are one flag.
  ToolFormatOptions(Tool& tool, Direction direction);

  // After parsing: the values for one format; `more` comes from brackets behind a name and wins. Throws Usage where an
  // option was given that the format does not have.
  [[nodiscard]] FormatOptions values_for(const Format& format,
                                         const std::vector<std::pair<std::string, std::string>>& more) const;
  // The name of an option that was given, of any format; empty where none was.
  [[nodiscard]] std::string first_given() const;

 private:
  Direction direction_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, bool> flags_;
};

}  // namespace sl

// From tables of formats to flags, and from flags to values.

#include "formats/commands/tool_options.h"

#include <algorithm>

#include "libcore/stage/tool.h"

namespace sl {

namespace {

std::span<const FormatOption> table_of(const FormatInfo& format, ToolFormatOptions::Direction direction) {
  return direction == ToolFormatOptions::Direction::Decode ? format.decode_options : format.encode_options;
}

}  // namespace

ToolFormatOptions::ToolFormatOptions(Tool& tool, Direction direction) : direction_(direction) {
  for (const FormatInfo* format : format_infos()) {
    for (const FormatOption& option : table_of(*format, direction)) {
      const std::string name(option.name);
      if (texts_.contains(name) || flags_.contains(name)) continue;
      std::string users;
      for (const FormatInfo* other : format_infos()) {
        const auto table = table_of(*other, direction);
        if (std::ranges::find(table, option.name, &FormatOption::name) == table.end()) continue;
        users += (users.empty() ? "" : ", ") + std::string(other->name);
      }
      const std::string names = "--" + name + (option.letter.empty() ? "" : ",-" + std::string(option.letter));
      const std::string help = users + ": " + std::string(option.help);
      if (option.kind == FormatOption::Kind::Flag) {
        tool.option(names, flags_[name], help);
      } else {
        const std::string what(option.what.empty() ? "N" : option.what);
        const std::string fallback = option.fallback.empty() ? "" : " (default " + std::string(option.fallback) + ")";
        tool.option(names, texts_[name], what, help + fallback);
      }
    }
  }
}

FormatOptions ToolFormatOptions::values_for(const FormatInfo& format,
                                            const std::vector<std::pair<std::string, std::string>>& more) const {
  FormatOptions values(table_of(format, direction_));
  try {
    for (const auto& [name, text] : texts_) {
      if (!text.empty()) values.set(name, text);
    }
    for (const auto& [name, on] : flags_) {
      if (on) values.set(name, "1");
    }
    for (const auto& [name, text] : more) values.set(name, text);
  } catch (const Error& error) {
    throw Error(error.status(), std::string(format.name) + ": " + error.what());
  }
  return values;
}

std::string ToolFormatOptions::first_given() const {
  for (const auto& [name, text] : texts_) {
    if (!text.empty()) return name;
  }
  for (const auto& [name, on] : flags_) {
    if (on) return name;
  }
  return {};
}

}  // namespace sl

// From tables of formats to flags, and from flags to values.

#include "formats/commands/tool_options.h"

#include <algorithm>

#include "libcore/stage/tool.h"

namespace sl {

namespace {

std::span<const FormatOption> table_of(const FormatInfo& format, ToolFormatOptions::Direction direction) {
  return direction == ToolFormatOptions::Direction::Decode ? format.decode_options : format.encode_options;
}

// Add the words of "a|b" that `words` lacks.
void add_words(std::string& words, std::string_view others) {
  while (!others.empty()) {
    const std::string_view word = others.substr(0, others.find('|'));
    if (("|" + words + "|").find("|" + std::string(word) + "|") == std::string::npos) words += "|" + std::string(word);
    others.remove_prefix(std::min(others.size(), word.size() + 1));
  }
}

}  // namespace

ToolFormatOptions::ToolFormatOptions(Tool& tool, Direction direction) : direction_(direction) {
  for (const FormatInfo* format : format_infos()) {
    for (const FormatOption& option : table_of(*format, direction)) {
      const std::string name(option.name);
      if (texts_.contains(name) || flags_.contains(name)) continue;
      std::string users, what(option.what.empty() ? "N" : option.what),
          fallback = option.fallback.empty() ? "" : " (default " + std::string(option.fallback);
      for (const FormatInfo* other : format_infos()) {
        const auto table = table_of(*other, direction);
        const auto same = std::ranges::find(table, option.name, &FormatOption::name);
        if (same == table.end()) continue;
        users += (users.empty() ? "" : ", ") + std::string(other->name);
        if (option.kind == FormatOption::Kind::Choice) add_words(what, same->what);
        if (!fallback.empty() && same->fallback != option.fallback)
          fallback += "; " + std::string(other->name) + ": " + std::string(same->fallback);
      }
      const std::string names = "--" + name + (option.letter.empty() ? "" : ",-" + std::string(option.letter));
      const std::string help = users + ": " + std::string(option.help);
      if (option.kind == FormatOption::Kind::Flag) {
        tool.option(names, flags_[name], help);
      } else {
        tool.option(names, texts_[name], what, help + fallback + (fallback.empty() ? "" : ")"));
      }
    }
  }
}

FormatOptions ToolFormatOptions::values_for(const FormatInfo& format,
                                            const std::vector<std::pair<std::string, std::string>>& more,
                                            bool with_wishes) const {
  const auto table = table_of(format, direction_);
  const auto is_left_out = [&](const std::string& name) {
    const bool is_known = std::ranges::find(table, name, &FormatOption::name) != table.end();
    return name.starts_with("for-") && (!is_known || !with_wishes);
  };
  FormatOptions values(table);
  try {
    for (const auto& [name, text] : texts_) {
      if (!text.empty() && !is_left_out(name)) values.set(name, text);
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

bool ToolFormatOptions::is_given(std::string_view name) const {
  const auto text = texts_.find(std::string(name));
  return text != texts_.end() && !text->second.empty();
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

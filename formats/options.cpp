// Option values of a format, checked when they are set.

#include <algorithm>
#include <cassert>

#include "formats/format.h"
#include "libcore/base/parse.h"
#include "libcore/stage/options.h"

namespace sl {

FormatOptions::FormatOptions(std::span<const FormatOption> table) : table_(table) {}

void FormatOptions::set(std::string_view name, std::string_view value) {
  const auto found = std::ranges::find_if(
      table_, [&](const FormatOption& o) { return o.name == name || (!o.letter.empty() && o.letter == name); });
  if (found == table_.end()) {
    std::string known;
    for (const FormatOption& option : table_) known += (known.empty() ? "" : ", ") + std::string(option.name);
    throw Error(Status::Usage, "no option \"" + printable(name, 60) + "\"; " +
                                   (known.empty() ? "it has no options" : "it has " + known));
  }
  const std::string option = "option " + std::string(found->name);
  switch (found->kind) {
    case FormatOption::Kind::Integer:
      (void)parse_integer(option, value, found->minimum, found->maximum);
      break;
    case FormatOption::Kind::Flag:
      if (value != "0" && value != "1") throw Error(Status::Usage, option + " takes no value");
      break;
    case FormatOption::Kind::Choice: {
      std::string word;
      parse_choice(word, found->what)(option, value);
      break;
    }
    case FormatOption::Kind::Value:
      found->check(option, value);
      break;
  }
  values_[std::string(found->name)] = value;
}

const FormatOption& FormatOptions::find(std::string_view name) const {
  const auto found = std::ranges::find(table_, name, &FormatOption::name);
  assert(found != table_.end());
  return *found;
}

const std::string& FormatOptions::text(std::string_view name) const {
  const auto given = values_.find(name);
  if (given != values_.end()) return given->second;
  const std::string_view fallback = find(name).fallback;
  static std::map<std::string_view, std::string> fallbacks;
  return fallbacks.try_emplace(fallback, fallback).first->second;
}

std::int64_t FormatOptions::integer(std::string_view name) const {
  const FormatOption& option = find(name);
  return parse_integer(name, text(name), option.minimum, option.maximum);
}

std::size_t FormatOptions::choice(std::string_view name) const {
  const std::string words = "|" + std::string(find(name).what) + "|";
  return static_cast<std::size_t>(std::ranges::count(words.substr(0, words.find("|" + text(name) + "|")), '|'));
}

bool FormatOptions::flag(std::string_view name) const { return text(name) == "1"; }

}  // namespace sl

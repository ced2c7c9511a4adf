// Fields between braces; {{ and }} are braces.

#include "tools/batch/name_pattern.h"

#include <algorithm>
#include <array>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::batch {

namespace {

constexpr std::string_view known =
    "{dir}, {stem}, {ext}, {n}, {path}, {date:%Y-%m-%d}, {width} and {height}; {{ and }} are braces";

std::string date_text(const std::string& format, std::time_t time) {
  std::tm parts{};
  localtime_r(&time, &parts);
  std::array<char, 1000> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format.c_str(), &parts)};
}

}  // namespace

NamePattern::Part NamePattern::field_of(std::string_view option, const std::string& text) {
  constexpr Name<Field> names[] = {{"dir", Field::Dir},     {"stem", Field::Stem},    {"ext", Field::Ext},
                                   {"n", Field::Number},    {"path", Field::Path},    {"date", Field::Date},
                                   {"width", Field::Width}, {"height", Field::Height}};
  const std::size_t colon = text.find(':');
  const auto field = find_name(std::string_view(text).substr(0, colon), names);
  if (!field || (colon != std::string::npos && *field != Field::Date)) {
    bad_value(option, "{" + text + "}", "is not one of " + std::string(known));
  }
  return {*field, colon == std::string::npos ? "%Y-%m-%d" : text.substr(colon + 1)};
}

NamePattern::NamePattern(std::string_view option, const std::string& text) {
  parts_.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_brace = text[i] == '{' || text[i] == '}';
    if (!is_brace || (i + 1 < text.size() && text[i + 1] == text[i])) {
      parts_.back().text += text[i];
      i += is_brace ? 1 : 0;
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (text[i] == '}' || end == std::string::npos) {
      bad_value(option, text, "has a brace without its partner: fields are " + std::string(known));
    }
    parts_.push_back(field_of(option, text.substr(i + 1, end - i - 1)));
    parts_.emplace_back();
    i = end;
  }
}

bool NamePattern::has_date() const { return std::ranges::find(parts_, Field::Date, &Part::field) != parts_.end(); }

std::string NamePattern::name_for(const Input& input) const {
  const std::size_t slash = input.path.rfind('/');
  const std::string name = input.path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  const bool has_suffix = dot != std::string::npos && dot != 0;
  std::string result;
  for (const Part& part : parts_) {
    switch (part.field) {
      case Field::Text:
        result += part.text;
        break;
      case Field::Dir:
        result += slash == std::string::npos ? "." : slash == 0 ? "/" : input.path.substr(0, slash);
        break;
      case Field::Stem:
        result += has_suffix ? name.substr(0, dot) : name;
        break;
      case Field::Ext:
        result += has_suffix ? name.substr(dot + 1) : "";
        break;
      case Field::Number:
        result += std::to_string(input.number);
        break;
      case Field::Path:
        result += input.path;
        break;
      case Field::Date:
        result += date_text(part.text, input.time);
        break;
      case Field::Width:
      case Field::Height:
        result += '\0';
        result += part.field == Field::Width ? 'w' : 'h';
        break;
    }
  }
  return result;
}

}  // namespace sl::batch

// JSON to words.

#include "formats/metadata/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "libcore/base/error.h"
#include "libcore/base/json.h"

namespace sl {

namespace {

std::string number_text(double value) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.4f", value);
  std::string result = text.data();
  result.erase(result.find_last_not_of('0') + 1);
  if (result.ends_with('.')) result.pop_back();
  return result;
}

std::string nested(const Json& value) { return value.is_structured() ? "(" + in_words(value) + ")" : in_words(value); }

// Replace each [numerator, denominator] by its value.
Json with_values(const Json& value) {
  if (!value.is_structured()) return value;
  if (value.is_array() && value.size() == 2 && value[0].is_number_integer() && value[1].is_number_integer() &&
      value[1] != 0) {
    return value[0].get<double>() / value[1].get<double>();
  }
  Json result = value;
  for (Json& element : result) element = with_values(element);
  return result;
}

}  // namespace

std::string in_words(const Json& value) {
  if (value.is_string()) return printable(value.get<std::string>());
  if (value.is_number_float()) return number_text(value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_structured()) return value.is_null() ? "none" : value.dump();
  std::string words;
  for (const auto& [name, element] : value.items()) {
    if (!words.empty()) words += ", ";
    std::string spaced = value.is_object() ? printable(name, 60) + " " : "";
    std::ranges::replace(spaced, '_', ' ');
    words += spaced;
    words += nested(element);
  }
  return words.empty() ? "none" : words;
}

std::string hdr_in_words(const Json& hdr) { return in_words(with_values(hdr)); }

}  // namespace sl

// Reading text of users: numbers, words, and the error for a text that an option does not take.
//
// A type T is a value of options (Tool::option) if its header declares, beside it,
//   void parse_value(std::string_view option, std::string_view text, T& value);  throws Usage, naming `option`
//   std::string value_text(const T& value);                                      optional: the default in the help

#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "libcore/base/error.h"

namespace sl {

// Return the number that `text` is from its first character to its last; nothing if it is no number, or over the range
// of T.
template <class T>
[[nodiscard]] std::optional<T> to_number(std::string_view text, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  std::from_chars_result result;
  if constexpr (std::is_integral_v<T>) {
    result = std::from_chars(text.data(), end, value, base);
  } else {
    result = std::from_chars(text.data(), end, value);
  }
  return result.ec == std::errc() && result.ptr == end ? std::optional(value) : std::nullopt;
}

// Throw Usage: OPTION: "TEXT" WHAT, with `what` as "is not WIDTHxHEIGHT".
[[noreturn]] inline void bad_value(std::string_view option, std::string_view text, std::string_view what) {
  throw Error(Status::Usage, std::string(option) + ": \"" + printable(text, 60) + "\" " + std::string(what));
}

// A word for a value: a row of a constexpr table. Of several words for one value, the first is shown in helps.
template <class E>
struct Name {
  std::string_view word;
  E value;
};

// Return the first word for a value of the table.
template <class E, std::size_t n>
[[nodiscard]] std::string_view name_of(E value, const Name<E> (&names)[n]) {
  for (const Name<E>& name : names) {
    if (name.value == value) return name.word;
  }
  return {};
}

// Return "nearest|linear|cubic": the first words of all values.
template <class E, std::size_t n>
[[nodiscard]] std::string name_list(const Name<E> (&names)[n]) {
  std::string list;
  for (const Name<E>& name : names) {
    if (name_of(name.value, names) == name.word) list += (list.empty() ? "" : "|") + std::string(name.word);
  }
  return list;
}

// Return the value of a word; nothing if the table lacks it.
template <class E, std::size_t n>
[[nodiscard]] std::optional<E> find_name(std::string_view text, const Name<E> (&names)[n]) {
  for (const Name<E>& name : names) {
    if (name.word == text) return name.value;
  }
  return std::nullopt;
}

// The same, but throw Usage, naming `option` and the words.
template <class E, std::size_t n>
[[nodiscard]] E parse_name(std::string_view option, std::string_view text, const Name<E> (&names)[n]) {
  if (const auto value = find_name(text, names)) return *value;
  bad_value(option, text, "is not one of " + name_list(names));
}

}  // namespace sl

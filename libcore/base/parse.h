// Reading text of users: numbers, and the error for a text that an option does not take.

#pragma once

#include <charconv>
#include <optional>
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

}  // namespace sl

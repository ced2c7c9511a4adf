// Read members of JSON objects from the wire. All throw Error(Wire), naming the member, if it is missing or of another
// type. Only for files that read JSON records.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/base/rational.h"

namespace sl::wire {

[[noreturn]] inline void bad(const std::string& what) { throw Error(Status::Wire, what); }

inline std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

// Remove a member from the object and return it, so that the unknown members remain.
inline std::optional<Json> take(Json& object, std::string_view name, bool required) {
  const auto found = object.find(name);
  if (found == object.end()) {
    if (required) bad(quoted(name) + " is missing");
    return std::nullopt;
  }
  Json value = std::move(*found);
  object.erase(found);
  return value;
}

inline std::string take_text(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return {};
  if (!value->is_string()) bad(quoted(name) + " is not a string");
  return value->get<std::string>();
}

inline bool take_bool(Json& object, std::string_view name) {
  const auto value = take(object, name, false);
  if (!value) return false;
  if (!value->is_boolean()) bad(quoted(name) + " is not true or false");
  return value->get<bool>();
}

inline std::int64_t to_integer(const Json& value, std::string_view name, std::int64_t minimum, std::int64_t maximum) {
  if (!value.is_number_integer()) bad(quoted(name) + " is not an integer");
  const auto number = value.get<std::int64_t>();
  if (number < minimum || number > maximum) {
    bad(quoted(name) + " is " + std::to_string(number) + ", not in " + std::to_string(minimum) + " to " +
        std::to_string(maximum));
  }
  return number;
}

inline std::int64_t take_integer(Json& object, std::string_view name, std::int64_t minimum, std::int64_t maximum,
                                 std::optional<std::int64_t> fallback = std::nullopt) {
  const auto value = take(object, name, !fallback);
  return value ? to_integer(*value, name, minimum, maximum) : *fallback;
}

// Take a count: an integer or a decimal string.
inline std::uint64_t take_count(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return 0;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  if (value->is_string()) {
    if (const auto count = to_number<std::uint64_t>(value->get_ref<const std::string&>())) return *count;
  }
  bad(quoted(name) + " is not a count");
}

inline Rational take_rational(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return {};
  if (!value->is_array() || value->size() != 2) bad(quoted(name) + " is not [numerator, denominator]");
  return {to_integer((*value)[0], name, 1, wire_limit::number), to_integer((*value)[1], name, 1, wire_limit::number)};
}

// Take a string that is one of `words`; return the enumerator with its index.
template <class Enum, std::size_t N>
Enum take_word(Json& object, std::string_view name, const std::array<std::string_view, N>& words, bool required) {
  if (!required && !object.contains(name)) return Enum{};
  const std::string text = take_text(object, name, true);
  const auto found = std::ranges::find(words, text);
  if (found == words.end() || text.empty())
    bad(quoted(name) + " is \"" + printable(text, 40) + "\", which is not known");
  return static_cast<Enum>(found - words.begin());
}

}  // namespace sl::wire

// JSON as the wire has it: I-JSON (RFC 7493), objects only, limited in size and depth. Included only where members are
// looked at; everybody else carries the text.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/json_fwd.h"

namespace sl {

// One object, strictly: UTF-8, no name twice, no lone surrogate, at most wire_limit::json_depth deep, integers within
// 2^53. Throws Error(Wire) saying what is wrong, Error(Limit) when too long or deep.
[[nodiscard]] Json parse_json(std::string_view text, std::size_t longest);

// On one line; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string write_json(const Json& json);

// Integers beyond 2^53 travel as decimal strings.
[[nodiscard]] Json json_count(std::uint64_t value);
[[nodiscard]] Json json_integer(std::int64_t value);
// A member that is such an integer, or such a string; nothing where it is neither.
[[nodiscard]] std::optional<std::int64_t> find_integer(const Json& object, std::string_view name);

}  // namespace sl

// The JSON of the wire: I-JSON (RFC 7493), objects only, limited in size and depth. Include this only to look at
// members; pass the text on otherwise.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/json_fwd.h"

namespace sl {

// Parse one object strictly: UTF-8, unique names, no lone surrogate, at most wire_limit::json_depth deep, integers
// within 2^53. Throw Error(Wire) with the reason, Error(Limit) if it is over `max_bytes` or too deep.
[[nodiscard]] Json parse_json(std::string_view text, std::size_t max_bytes);

// Return the JSON on one line, with bytes that are not UTF-8 replaced.
[[nodiscard]] std::string write_json(const Json& json);

// Return the integer as JSON: beyond 2^53, a decimal string.
[[nodiscard]] Json json_count(std::uint64_t value);
[[nodiscard]] Json json_integer(std::int64_t value);
// Return the member if it is an integer or a decimal string.
[[nodiscard]] std::optional<std::int64_t> find_integer(const Json& object, std::string_view name);

}  // namespace sl

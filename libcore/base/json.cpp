// The checks of I-JSON that the JSON library does not make.

#include "libcore/base/json.h"

#include <algorithm>
#include <set>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

constexpr std::uint64_t exact = std::uint64_t{1} << 53;

// Return whether some integer has more than 16 digits: it is beyond 2^53, and the library would make it a double.
bool has_long_integer(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (in_string && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      in_string = !in_string;
    } else if (!in_string && digits.find(text[at]) != std::string_view::npos) {
      const bool fraction = at > 0 && std::string_view(".eE+").find(text[at - 1]) != std::string_view::npos;
      const bool exponent = at > 1 && std::string_view("eE").find(text[at - 2]) != std::string_view::npos;
      const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
      const bool real = end < text.size() && std::string_view(".eE").find(text[end]) != std::string_view::npos;
      if (end - at > 16 && !fraction && !exponent && !real) return true;
      at = end - 1;
    }
  }
  return false;
}

}  // namespace

Json parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    throw Error(Status::Limit, "JSON of " + std::to_string(text.size()) + " bytes, over the limit of " +
                                   std::to_string(max_bytes) + " (nothing raises it)");
  }
  std::vector<std::set<std::string>> names;
  const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= wire_limit::json_depth) {
        throw Error(Status::Limit,
                    "JSON over " + std::to_string(wire_limit::json_depth) + " deep (nothing raises the limit)");
      }
      if (event == Event::object_start) names.emplace_back();
    } else if (event == Event::object_end) {
      names.pop_back();
    } else if (event == Event::key) {
      if (!names.back().insert(value.get<std::string>()).second) {
        throw Error(Status::Wire, "JSON has the name \"" + printable(value.get<std::string>(), 100) + "\" twice");
      }
    } else if (event == Event::value && value.is_number_integer()) {
      const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= exact
                                                   : value.get<std::int64_t>() >= -static_cast<std::int64_t>(exact);
      if (!fits) throw Error(Status::Wire, "JSON has an integer beyond 2^53 that is not a string");
    }
    return true;
  };
  try {
    // RFC 8259 forbids a byte order mark; the library skips it.
    if (text.starts_with("\xef\xbb\xbf")) throw Error(Status::Wire, "JSON starts with a byte order mark");
    // The library takes a zero byte for the end.
    if (text.find('\0') != std::string_view::npos) throw Error(Status::Wire, "JSON holds a zero byte");
    if (has_long_integer(text)) throw Error(Status::Wire, "JSON has an integer beyond 2^53 that is not a string");
    Json json = Json::parse(text.begin(), text.end(), check);
    if (!json.is_object()) throw Error(Status::Wire, "JSON is not an object");
    return json;
  } catch (const Json::exception& e) {
    throw Error(Status::Wire, "not JSON: " + printable(e.what(), 200));
  }
}

std::string write_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json json_count(std::uint64_t value) { return value <= exact ? Json(value) : Json(std::to_string(value)); }

Json json_integer(std::int64_t value) {
  const auto bound = static_cast<std::int64_t>(exact);
  return value <= bound && value >= -bound ? Json(value) : Json(std::to_string(value));
}

std::optional<std::int64_t> find_integer(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  return found->is_string() ? to_number<std::int64_t>(found->get_ref<const std::string&>()) : std::nullopt;
}

}  // namespace sl

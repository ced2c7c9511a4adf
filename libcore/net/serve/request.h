// What a request says, taken apart: names, numbers, tokens, ranges. Pure functions; whatever comes, they only say no.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sl::serve {

// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

// %41 is A. Nothing where an escape is broken, or hides a NUL.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
// Everything but letters, digits and -._~ as an escape.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// The name in the folder that the path of a URL ("/live/a%20b.ts") stands for. Nothing where it is none that is served:
// hidden, temporary, with `..`, absolute, empty.
[[nodiscard]] std::optional<std::string> name_in_folder(std::string_view url_path);

// By the end of the name; application/octet-stream where that tells nothing.
[[nodiscard]] std::string_view content_type(std::string_view name);
// Files that never change once they are there.
[[nodiscard]] bool is_segment(std::string_view name);

// Whether both are the same, in a time that depends on the lengths only.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b);
// What `Authorization: Bearer` carries.
[[nodiscard]] std::string_view bearer(std::string_view authorization);

// One range of bytes (RFC 9110, 14.2).
struct Range {
  std::uint64_t first = 0, count = 0;
};
enum class RangeKind { None, One, Unsatisfiable };  // several ranges, and broken ones, count as none
[[nodiscard]] RangeKind read_range(std::string_view header, std::uint64_t size, Range& range);

// Whether the list of If-None-Match has this tag (with its quotes). W/ in front of one is passed over.
[[nodiscard]] bool has_entity_tag(std::string_view list, std::string_view tag);

// "Sat, 21 Nov 2026 15:21:18 GMT"
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

// Whether a Host or an Origin ("http://localhost:8080", "[::1]:80") names this very machine.
[[nodiscard]] bool is_loopback(std::string_view host_or_origin);

}  // namespace sl::serve

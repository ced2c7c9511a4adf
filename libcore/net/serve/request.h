// The parts of an untrusted request: names, numbers, tokens, ranges. Pure functions that never throw.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sl::serve {

// "%41" is "A". Nothing if an escape is malformed or stands for NUL.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
// Escape everything except letters, digits and -._~.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// Return the name in the folder for the path of a URL ("/live/a%20b.ts"). Nothing for names that are not served:
// hidden, temporary, with `..`, absolute, empty.
[[nodiscard]] std::optional<std::string> name_in_folder(std::string_view url_path);

// Return the type by the name's extension; application/octet-stream if it is unknown.
[[nodiscard]] std::string_view content_type(std::string_view name);
// Return whether files of this name never change once they appeared.
[[nodiscard]] bool is_segment(std::string_view name);

// Compare in a time that depends on the lengths only.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b);
// Return the token of `Authorization: Bearer`.
[[nodiscard]] std::string_view bearer(std::string_view authorization);

// One range of bytes (RFC 9110, 14.2).
struct Range {
  std::uint64_t first = 0, count = 0;
};
enum class RangeKind { None, One, Unsatisfiable };  // several ranges, and malformed ones, count as none
[[nodiscard]] RangeKind read_range(std::string_view header, std::uint64_t size, Range& range);

// Return whether the list of If-None-Match has this tag (with its quotes), whether weak (W/) or strong.
[[nodiscard]] bool has_entity_tag(std::string_view list, std::string_view tag);

// "Sat, 21 Nov 2026 15:21:18 GMT"
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

// Return whether a Host or an Origin ("http://localhost:8080", "[::1]:80") is this machine's loopback.
[[nodiscard]] bool is_loopback(std::string_view host_or_origin);

}  // namespace sl::serve

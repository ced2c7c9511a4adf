// The syntax of HLS playlists (RFC 8216, section 4): lines, tags, attribute lists, numbers. The text is untrusted: no
// function throws, and all views point into the text.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sl::m3u8 {

struct Line {
  std::string_view text;           // without the line end and the blanks before it
  std::size_t start = 0, end = 0;  // of the whole line in the playlist

  [[nodiscard]] bool is_uri() const { return !text.empty() && !text.starts_with('#'); }
};
// Advance `line` to the next line of `playlist`, from a default Line to the first. Return false at the end.
[[nodiscard]] bool next_line(std::string_view playlist, Line& line);

// "#EXTINF:2.5," is {"#EXTINF", "2.5,"}. Both are empty for a line that is no tag.
struct Tag {
  std::string_view name, value;
};
[[nodiscard]] Tag split_tag(std::string_view line);

// Return the value of the first NAME=value or NAME="value, with a comma" in an attribute list, without the quotes.
[[nodiscard]] std::optional<std::string_view> attribute(std::string_view list, std::string_view name);

// Return the decimal integer at the start of `text`; nothing if there is no digit or the value exceeds 64 bits.
[[nodiscard]] std::optional<std::uint64_t> integer(std::string_view text);

// Return the decimal seconds at the start of `text` ("2.04", ".5") in microseconds, rounded down and at most
// max_microseconds; nothing if there is no digit.
constexpr std::int64_t max_microseconds = 1'000'000'000'000'000;
[[nodiscard]] std::optional<std::int64_t> microseconds(std::string_view text);

}  // namespace sl::m3u8

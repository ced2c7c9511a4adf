// One pass over the text for each function; malformed text ends it early.

#include "libcore/net/m3u8.h"

#include <algorithm>
#include <charconv>

namespace sl::m3u8 {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool next_line(std::string_view playlist, Line& line) {
  if (line.end >= playlist.size()) return false;
  line.start = line.end;
  const std::size_t newline = std::min(playlist.find('\n', line.start), playlist.size());
  line.end = std::min(newline + 1, playlist.size());
  line.text = playlist.substr(line.start, newline - line.start);
  line.text = line.text.substr(0, line.text.find_last_not_of(" \t\r") + 1);
  return true;
}

Tag split_tag(std::string_view line) {
  if (!line.starts_with('#')) return {};
  const std::size_t colon = std::min(line.find(':'), line.size());
  return {line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))};
}

std::optional<std::string_view> attribute(std::string_view list, std::string_view name) {
  while (true) {
    // FFmpeg skips these too: both must find the same names.
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    const std::size_t equals = list.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = list.substr(0, equals);
    list.remove_prefix(equals + 1);
    const bool is_quoted = list.starts_with('"');
    if (is_quoted) list.remove_prefix(1);
    const std::size_t end = std::min(list.find(is_quoted ? '"' : ','), list.size());
    if (key == name) return list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::optional<std::uint64_t> integer(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> microseconds(std::string_view text) {
  bool has_digit = false;
  std::int64_t value = 0, unit = 1'000'000;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    has_digit = true;
    value = std::min(value * 10 + (text.front() - '0') * unit, max_microseconds);
  }
  if (text.starts_with('.')) {
    for (text.remove_prefix(1); !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
      has_digit = true;
      unit /= 10;
      value = std::min(value + (text.front() - '0') * unit, max_microseconds);
    }
  }
  return has_digit ? std::optional(value) : std::nullopt;
}

}  // namespace sl::m3u8

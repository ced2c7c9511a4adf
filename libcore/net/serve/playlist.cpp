// Playlists line by line.

#include "libcore/net/serve/playlist.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "libcore/net/serve/request.h"

namespace sl::serve {

namespace {

using Time = Playlist::Time;

struct Line {
  std::string_view text;  // without its end
  std::size_t start = 0, end = 0;
};

// Takes the next line.
bool next_line(std::string_view text, Line& line) {
  if (line.end >= text.size()) return false;
  line.start = line.end;
  const std::size_t newline = text.find('\n', line.start);
  line.end = newline == std::string_view::npos ? text.size() : newline + 1;
  line.text = text.substr(line.start, std::min(newline, text.size()) - line.start);
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return true;
}

bool is_uri(std::string_view line) { return !line.empty() && !line.starts_with('#'); }

// What follows "#NAME:", if the line is that tag.
std::optional<std::string_view> tag(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  if (line.empty()) return line;
  if (!line.starts_with(':')) return std::nullopt;
  return line.substr(1);
}

// A member of an attribute list, without its quotes.
std::optional<std::string_view> attribute(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t equals = list.find('=');
    if (equals == std::string_view::npos) break;
    std::string_view name = list.substr(0, equals);
    while (name.starts_with(' ')) name.remove_prefix(1);
    list.remove_prefix(equals + 1);
    const bool is_quoted = list.starts_with('"');
    if (is_quoted) list.remove_prefix(1);
    const std::string_view value = list.substr(0, list.find(is_quoted ? '"' : ','));
    list.remove_prefix(value.size());
    list.remove_prefix(std::min(list.find(','), list.size()));
    if (!list.empty()) list.remove_prefix(1);
    if (name == wanted) return value;
  }
  return std::nullopt;
}

std::uint64_t number(std::string_view text) { return whole_number(text.substr(0, text.find(','))).value_or(0); }

// A decimal number of seconds, to the microsecond; what is beyond a day is taken for one.
Time seconds(std::string_view text) {
  std::uint64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  constexpr std::uint64_t day = 86400;
  if (error == std::errc::result_out_of_range || whole >= day) return std::chrono::seconds(day);
  Time result = std::chrono::seconds(whole);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with('.')) return result;
  std::int64_t unit = 100000;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') break;
    result += Time((digit - '0') * unit);
    unit /= 10;
  }
  return result;
}

// Tags that belong to the segment whose URI follows (4.4.4), and go with it.
bool belongs_to_segment(std::string_view line) {
  constexpr std::array names{"#EXTINF",    "#EXT-X-BYTERANGE", "#EXT-X-DISCONTINUITY",
                             "#EXT-X-KEY", "#EXT-X-MAP",       "#EXT-X-PROGRAM-DATE-TIME",
                             "#EXT-X-GAP", "#EXT-X-BITRATE",   "#EXT-X-PART"};
  return std::ranges::any_of(names, [&](const char* name) { return tag(line, name).has_value(); });
}

}  // namespace

Playlist read_playlist(std::string_view text) {
  Playlist result;
  Time duration{};
  bool has_duration = false;
  Line line;
  while (next_line(text, line)) {
    if (is_uri(line.text)) {
      // Without EXTINF it is the URI of a rendition, in a master playlist.
      if (has_duration) result.segments.push_back({line.end, duration, result.trailing_parts});
      result.trailing_parts = 0;
      has_duration = false;
    } else if (const auto time = tag(line.text, "#EXTINF")) {
      duration = seconds(*time);
      has_duration = true;
    } else if (tag(line.text, "#EXT-X-PART")) {
      ++result.trailing_parts;
    } else if (const auto sequence = tag(line.text, "#EXT-X-MEDIA-SEQUENCE")) {
      result.media_sequence = std::min(number(*sequence), std::uint64_t{1} << 62);
    } else if (const auto target = tag(line.text, "#EXT-X-TARGETDURATION")) {
      result.target = seconds(*target);
    } else if (const auto information = tag(line.text, "#EXT-X-PART-INF")) {
      result.part_target = seconds(attribute(*information, "PART-TARGET").value_or(""));
    } else if (const auto control = tag(line.text, "#EXT-X-SERVER-CONTROL")) {
      result.can_block_reload = attribute(*control, "CAN-BLOCK-RELOAD") == "YES";
      if (const auto until = attribute(*control, "CAN-SKIP-UNTIL")) result.can_skip_until = seconds(*until);
    } else if (const auto hint = tag(line.text, "#EXT-X-PRELOAD-HINT")) {
      if (const auto uri = attribute(*hint, "URI")) result.hints.emplace_back(*uri);
    } else if (tag(line.text, "#EXT-X-ENDLIST")) {
      result.ended = true;
    }
  }
  return result;
}

Reload reload(const Playlist& playlist, std::uint64_t sequence, std::optional<std::uint64_t> part) {
  const std::uint64_t next = playlist.media_sequence + playlist.segments.size();  // the first that is not complete
  if (sequence > next + 1) return Reload::TooFar;
  if (sequence + 1 < next) return Reload::Ready;
  if (sequence < next) {
    const std::uint64_t parts = playlist.segments.empty() ? 0 : playlist.segments.back().parts;
    if (!part || *part < parts || parts == 0) return Reload::Ready;
    ++sequence;  // a part after the last is the first of the next segment
    part = 0;
  }
  if (!part) return Reload::Wait;
  const std::uint64_t here = sequence == next ? playlist.trailing_parts : 0;
  if (*part < here) return Reload::Ready;
  const std::int64_t target = playlist.part_target.count(), second = Time(std::chrono::seconds(1)).count();
  const auto limit = static_cast<std::uint64_t>(target > 0 && target < second ? (3 * second + target - 1) / target : 3);
  return *part - here >= limit ? Reload::TooFar : Reload::Wait;  // the last there is has the index here - 1
}

std::optional<std::string> delta_update(std::string_view text, const Playlist& playlist) {
  if (!playlist.can_skip_until || playlist.ended) return std::nullopt;
  Time behind{};
  std::size_t kept = playlist.segments.size();
  // Those that end before the boundary, however it is understood of the one that it falls into.
  while (kept > 0 && behind <= *playlist.can_skip_until) behind += playlist.segments[--kept].duration;
  if (behind <= *playlist.can_skip_until || kept == 0) return std::nullopt;
  const std::size_t boundary = playlist.segments[kept - 1].end;

  constexpr std::uint64_t version_with_skip = 9;
  const std::string skip = "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(kept) + "\n";
  std::string result, keys, map;
  std::size_t skip_at = std::string::npos;
  bool are_keys_new = true;
  Line line;
  while (line.end < boundary && next_line(text, line)) {
    const std::string_view whole = text.substr(line.start, line.end - line.start);
    if (!is_uri(line.text) && !belongs_to_segment(line.text)) {
      const auto version = tag(line.text, "#EXT-X-VERSION");
      result += version && number(*version) < version_with_skip
                    ? "#EXT-X-VERSION:" + std::to_string(version_with_skip) + "\n"
                    : std::string(whole);
      continue;
    }
    if (skip_at == std::string::npos) skip_at = result.size();
    // What is in force beyond the boundary stays.
    if (tag(line.text, "#EXT-X-MAP")) map = whole;
    if (tag(line.text, "#EXT-X-KEY")) {
      if (are_keys_new) keys.clear();
      keys += whole;
      are_keys_new = false;
    }
    if (is_uri(line.text)) are_keys_new = true;
  }
  result.insert(skip_at, skip);
  return result + keys + map + std::string(text.substr(boundary));
}

std::string with_query(std::string_view text, std::string_view query) {
  const auto stays_here = [](std::string_view uri) {
    const std::size_t colon = uri.find(':');
    return !uri.starts_with("//") && (colon == std::string_view::npos || colon > uri.find_first_of("/?#"));
  };
  const auto extended = [&](std::string_view uri) {
    if (!stays_here(uri)) return std::string(uri);
    const std::size_t fragment = std::min(uri.find('#'), uri.size());
    const char joint = uri.substr(0, fragment).find('?') == std::string_view::npos ? '?' : '&';
    return std::string(uri.substr(0, fragment)) + joint + std::string(query) + std::string(uri.substr(fragment));
  };
  constexpr std::string_view opening = "URI=\"";
  std::string result;
  Line line;
  while (next_line(text, line)) {
    std::string_view rest = text.substr(line.start, line.end - line.start);
    std::size_t at = 0;
    if (is_uri(line.text)) {
      result += extended(line.text);
      rest.remove_prefix(line.text.size());
    } else if (line.text.starts_with("#EXT") && (at = rest.find(opening)) != std::string_view::npos) {
      at += opening.size();
      const std::string_view uri = rest.substr(at, std::min(rest.find('"', at), rest.size()) - at);
      result += std::string(rest.substr(0, at)) + extended(uri);
      rest.remove_prefix(at + uri.size());
    }
    result += rest;
  }
  return result;
}

std::optional<std::string> resolve(std::string_view base, std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  if (uri.empty() || uri.starts_with("//") || uri.find(':') < uri.find('/')) return std::nullopt;
  const std::string_view folder = uri.starts_with('/') ? "" : base.substr(0, base.rfind('/') + 1);
  const auto decoded = percent_decoded(uri);
  if (!decoded) return std::nullopt;
  std::vector<std::string_view> names;
  const std::string path = std::string(folder) + *decoded;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    if (name == "..") {
      if (names.empty()) return std::nullopt;
      names.pop_back();
    } else if (!name.empty() && name != ".") {
      names.push_back(name);
    }
  }
  std::string result;
  for (const std::string_view name : names) result += (result.empty() ? "" : "/") + std::string(name);
  return result;
}

}  // namespace sl::serve

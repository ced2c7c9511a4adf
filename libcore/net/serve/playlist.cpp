// Playlists line by line (net/m3u8).

#include "libcore/net/serve/playlist.h"

#include <algorithm>
#include <array>

#include "libcore/net/m3u8.h"
#include "libcore/net/serve/request.h"

namespace sl::serve {

namespace {

using Time = Playlist::Time;

// Seconds as in the text, at most a day, so that no sum of them overflows.
Time seconds(std::string_view text) {
  constexpr Time day = std::chrono::hours(24);
  return std::min(Time(m3u8::microseconds(text).value_or(0)), day);
}

// Whether the tag applies to the next segment only (4.4.4), so that a skipped segment takes it along.
bool belongs_to_segment(std::string_view tag) {
  constexpr std::array<std::string_view, 9> names{"#EXTINF",    "#EXT-X-BYTERANGE", "#EXT-X-DISCONTINUITY",
                                                  "#EXT-X-KEY", "#EXT-X-MAP",       "#EXT-X-PROGRAM-DATE-TIME",
                                                  "#EXT-X-GAP", "#EXT-X-BITRATE",   "#EXT-X-PART"};
  return std::ranges::find(names, tag) != names.end();
}

}  // namespace

Playlist read_playlist(std::string_view text) {
  Playlist result;
  Time duration{};
  bool has_duration = false;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    const auto [tag, value] = m3u8::split_tag(line.text);
    if (line.is_uri()) {
      // A URI without EXTINF names a rendition, in a master playlist.
      if (has_duration) result.segments.push_back({line.end, duration, result.trailing_parts});
      result.trailing_parts = 0;
      has_duration = false;
    } else if (tag == "#EXTINF") {
      duration = seconds(value);
      has_duration = true;
    } else if (tag == "#EXT-X-PART") {
      ++result.trailing_parts;
    } else if (tag == "#EXT-X-MEDIA-SEQUENCE") {
      result.media_sequence = std::min(m3u8::integer(value).value_or(0), std::uint64_t{1} << 62);
    } else if (tag == "#EXT-X-TARGETDURATION") {
      result.target = seconds(value);
    } else if (tag == "#EXT-X-PART-INF") {
      result.part_target = seconds(m3u8::attribute(value, "PART-TARGET").value_or(""));
    } else if (tag == "#EXT-X-SERVER-CONTROL") {
      result.can_block_reload = m3u8::attribute(value, "CAN-BLOCK-RELOAD") == "YES";
      if (const auto until = m3u8::attribute(value, "CAN-SKIP-UNTIL")) result.can_skip_until = seconds(*until);
    } else if (tag == "#EXT-X-PRELOAD-HINT") {
      if (const auto uri = m3u8::attribute(value, "URI")) result.hints.emplace_back(*uri);
    } else if (tag == "#EXT-X-ENDLIST") {
      result.ended = true;
    }
  }
  return result;
}

Reload reload(const Playlist& playlist, std::uint64_t sequence, std::optional<std::uint64_t> part) {
  const std::uint64_t next = playlist.media_sequence + playlist.segments.size();  // of the incomplete segment
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
  return *part - here >= limit ? Reload::TooFar : Reload::Wait;  // the last part has the index here - 1
}

std::optional<std::string> delta_update(std::string_view text, const Playlist& playlist) {
  if (!playlist.can_skip_until || playlist.ended) return std::nullopt;
  Time kept_duration{};
  std::size_t skipped = playlist.segments.size();
  // The RFC leaves open whether a segment across the boundary is older than it: keep that one.
  while (skipped > 0 && kept_duration <= *playlist.can_skip_until) {
    kept_duration += playlist.segments[--skipped].duration;
  }
  if (kept_duration <= *playlist.can_skip_until || skipped == 0) return std::nullopt;
  const std::size_t boundary = playlist.segments[skipped - 1].end;

  constexpr std::uint64_t version_with_skip = 9;
  const std::string skip = "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(skipped) + "\n";
  std::string result, keys, map;
  std::size_t skip_at = std::string::npos;
  bool are_keys_new = true;
  for (m3u8::Line line; line.end < boundary && m3u8::next_line(text, line);) {
    const std::string_view whole = text.substr(line.start, line.end - line.start);
    const auto [tag, value] = m3u8::split_tag(line.text);
    if (!line.is_uri() && !belongs_to_segment(tag)) {
      const bool raises_version = tag == "#EXT-X-VERSION" && m3u8::integer(value).value_or(0) < version_with_skip;
      result += raises_version ? "#EXT-X-VERSION:" + std::to_string(version_with_skip) + "\n" : std::string(whole);
      continue;
    }
    if (skip_at == std::string::npos) skip_at = result.size();
    // Keep the map and keys that apply beyond the boundary.
    if (tag == "#EXT-X-MAP") map = whole;
    if (tag == "#EXT-X-KEY") {
      if (are_keys_new) keys.clear();
      keys += whole;
      are_keys_new = false;
    }
    if (line.is_uri()) are_keys_new = true;
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
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    std::string_view rest = text.substr(line.start, line.end - line.start);
    std::size_t at = 0;
    if (line.is_uri()) {
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

// The tags of sl-hls, in the order that the RFC requires.

#include "formats/hls/playlist.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "libcore/base/time_text.h"
#include "libcore/net/m3u8.h"

namespace sl::hls {

namespace {

std::string seconds_of(std::int64_t microseconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(microseconds / 1000000),
                static_cast<long long>(microseconds % 1000000));
  return text.data();
}

// Names and languages are untrusted: replace quotes and line ends, which a quoted string cannot have.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) result += c == '"' || static_cast<unsigned char>(c) < 0x20 ? '\'' : c;
  return result + "\"";
}

// Write the tags before a segment: discontinuity, initialization, wall clock.
void write_start(std::string& text, const Segment& segment, std::string& map) {
  for (std::uint32_t i = 0; i < segment.discontinuities; ++i) text += "#EXT-X-DISCONTINUITY\n";
  if (segment.map != map) text += "#EXT-X-MAP:URI=" + quoted(segment.map) + "\n";
  map = segment.map;
  if (segment.wall != no_time) text += "#EXT-X-PROGRAM-DATE-TIME:" + utc_text(segment.wall, 3) + "\n";
}

void write_parts(std::string& text, const Segment& segment) {
  for (const Part& part : segment.parts) {
    text += "#EXT-X-PART:DURATION=" + seconds_of(part.duration) + ",URI=" + quoted(part.uri) +
            (part.independent ? ",INDEPENDENT=YES" : "") + (part.gap ? ",GAP=YES" : "") + "\n";
  }
}

void write_head(std::string& text, const MediaPlaylist& playlist) {
  bool maps = playlist.open && !playlist.open->map.empty(), gaps = false;
  for (const Segment& segment : playlist.segments) {
    maps = maps || !segment.map.empty();
    gaps = gaps || segment.gap;
  }
  const bool low = playlist.part_target != 0;
  // The head of a growing playlist must not change, and there may be a gap later.
  gaps = gaps || playlist.kind != Kind::Vod;
  text += "#EXTM3U\n#EXT-X-VERSION:" + std::string(low ? "9" : gaps ? "8" : maps ? "6" : "3") + "\n";
  if (playlist.independent) text += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  text += "#EXT-X-TARGETDURATION:" + std::to_string(playlist.target) + "\n";
  if (low) {
    // A delta update skips segments older than six target durations; players stay three from the end.
    text += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=" + seconds_of(playlist.target * 6000000) +
            ",HOLD-BACK=" + seconds_of(playlist.target * 3000000) +
            ",PART-HOLD-BACK=" + seconds_of(playlist.part_hold_back) + "\n";
    text += "#EXT-X-PART-INF:PART-TARGET=" + seconds_of(playlist.part_target) + "\n";
  }
  text += "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(playlist.sequence) + "\n";
  if (playlist.kind == Kind::Window || playlist.discontinuity_sequence != 0) {
    text += "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(playlist.discontinuity_sequence) + "\n";
  }
  if (playlist.kind != Kind::Window) {
    text += std::string("#EXT-X-PLAYLIST-TYPE:") + (playlist.kind == Kind::Vod ? "VOD" : "EVENT") + "\n";
  }
}

// ---- Reading ----

std::int64_t wall_of(std::string_view date) {
  std::tm time{};
  int milliseconds = 0;
  const std::string text(date);
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &time.tm_year, &time.tm_mon, &time.tm_mday,
                  &time.tm_hour, &time.tm_min, &time.tm_sec, &milliseconds) != 7) {
    return no_time;
  }
  if (time.tm_year < 1970 || time.tm_year > 2200) return no_time;  // nanoseconds overflow in 2262
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  return (std::int64_t{timegm(&time)} * 1000 + milliseconds) * 1000000;
}

class Parser {
 public:
  bool line(const m3u8::Line& line) {
    if (line.is_uri()) return segment_ends(line.text);
    const auto [tag, value] = m3u8::split_tag(line.text);
    if (tag == "#EXT-X-STREAM-INF") return false;  // a master playlist
    if (tag == "#EXT-X-INDEPENDENT-SEGMENTS") playlist.independent = true;
    if (tag == "#EXT-X-TARGETDURATION") playlist.target = m3u8::microseconds(value).value_or(0) / 1000000;
    if (tag == "#EXT-X-MEDIA-SEQUENCE") playlist.sequence = m3u8::integer(value).value_or(0);
    if (tag == "#EXT-X-DISCONTINUITY-SEQUENCE") playlist.discontinuity_sequence = m3u8::integer(value).value_or(0);
    if (tag == "#EXT-X-PLAYLIST-TYPE") playlist.kind = value == "VOD" ? Kind::Vod : Kind::Event;
    if (tag == "#EXT-X-PART-INF") playlist.part_target = duration_of(value, "PART-TARGET").value_or(0);
    if (tag == "#EXT-X-SERVER-CONTROL") playlist.part_hold_back = duration_of(value, "PART-HOLD-BACK").value_or(0);
    if (tag == "#EXT-X-ENDLIST") playlist.ended = true;
    if (tag == "#EXT-X-PRELOAD-HINT") playlist.hint = m3u8::attribute(value, "URI").value_or("");
    if (tag == "#EXT-X-DISCONTINUITY") ++segment_.discontinuities;
    if (tag == "#EXT-X-GAP") segment_.gap = true;
    if (tag == "#EXT-X-MAP") map_ = m3u8::attribute(value, "URI").value_or("");
    if (tag == "#EXT-X-PROGRAM-DATE-TIME") segment_.wall = wall_of(value);
    if (tag == "#EXT-X-PART") return part(value);
    if (tag == "#EXTINF") {
      const auto duration = m3u8::microseconds(value);
      segment_.duration = duration.value_or(0);
      total_ += segment_.duration;
      timed_ = duration.has_value();
      return timed_ && total_ < m3u8::max_microseconds;
    }
    return true;
  }

  bool finish() {
    if (!segment_.parts.empty()) {
      segment_.map = map_;
      playlist.open = segment_;
    }
    return playlist.target > 0;
  }

  MediaPlaylist playlist;

 private:
  static std::optional<std::int64_t> duration_of(std::string_view list, std::string_view name) {
    return m3u8::microseconds(m3u8::attribute(list, name).value_or(""));
  }

  bool part(std::string_view value) {
    const auto duration = duration_of(value, "DURATION");
    Part part{std::string(m3u8::attribute(value, "URI").value_or("")), duration.value_or(0),
              m3u8::attribute(value, "INDEPENDENT") == "YES", m3u8::attribute(value, "GAP") == "YES"};
    total_ += part.duration;
    if (!duration || part.uri.empty() || total_ >= m3u8::max_microseconds) return false;
    segment_.parts.push_back(std::move(part));
    return true;
  }

  bool segment_ends(std::string_view uri) {
    if (!std::exchange(timed_, false)) return false;
    segment_.uri = uri;
    segment_.map = map_;
    playlist.segments.push_back(std::exchange(segment_, {}));
    return true;
  }

  Segment segment_;
  std::string map_;
  std::int64_t total_ = 0;  // of all durations, bounded so that no sum of them overflows
  bool timed_ = false;
};

}  // namespace

std::uint64_t MediaPlaylist::last_discontinuity() const {
  std::uint64_t number = discontinuity_sequence;
  for (const Segment& segment : segments) number += segment.discontinuities;
  return number + (open ? open->discontinuities : 0);
}

std::int64_t MediaPlaylist::duration() const {
  std::int64_t sum = 0;
  for (const Segment& segment : segments) sum += segment.duration;
  return sum;
}

bool MediaPlaylist::lists_parts(std::size_t index) const {
  std::int64_t after = 0;
  if (open) {
    for (const Part& part : open->parts) after += part.duration;
  }
  for (std::size_t i = segments.size(); i-- > index + 1;) after += segments[i].duration;
  return after < target * 3000000;
}

std::string text_of(const MediaPlaylist& playlist) {
  std::string text, map;
  text.reserve(500 + playlist.segments.size() * 100);
  write_head(text, playlist);
  const bool low = playlist.part_target != 0 && !playlist.ended;
  std::size_t first_with_parts = playlist.segments.size();
  while (low && first_with_parts > 0 && playlist.lists_parts(first_with_parts - 1)) --first_with_parts;
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const Segment& segment = playlist.segments[i];
    write_start(text, segment, map);
    if (low && i >= first_with_parts) write_parts(text, segment);
    if (segment.gap) text += "#EXT-X-GAP\n";
    text += "#EXTINF:" + seconds_of(segment.duration) + ",\n" + segment.uri + "\n";
  }
  if (low && playlist.open) {
    write_start(text, *playlist.open, map);
    write_parts(text, *playlist.open);
  }
  if (low && !playlist.hint.empty()) text += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=" + quoted(playlist.hint) + "\n";
  if (playlist.ended) text += "#EXT-X-ENDLIST\n";
  return text;
}

std::optional<MediaPlaylist> parse_media_playlist(std::string_view text) {
  if (!text.starts_with("#EXTM3U\n") || !text.ends_with('\n')) return std::nullopt;
  Parser parser;
  parser.playlist.independent = false;
  parser.playlist.target = 0;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    if (!parser.line(line)) return std::nullopt;
  }
  if (!parser.finish()) return std::nullopt;
  return parser.playlist;
}

std::string text_of(const MasterPlaylist& playlist) {
  std::string text = "#EXTM3U\n#EXT-X-VERSION:";
  text += playlist.low_latency ? "9\n" : playlist.gaps ? "8\n" : playlist.maps ? "6\n" : "3\n";
  if (playlist.independent) text += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  for (const SoundRendition& sound : playlist.sound) {
    text += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=" + quoted(sound.name);
    if (!sound.language.empty()) text += ",LANGUAGE=" + quoted(sound.language);
    text += std::string(",DEFAULT=") + (sound.is_default ? "YES" : "NO");
    text += std::string(",AUTOSELECT=") + (sound.autoselect ? "YES" : "NO");
    if (!sound.channels.empty()) text += ",CHANNELS=" + quoted(sound.channels);
    text += ",URI=" + quoted(sound.uri) + "\n";
  }
  for (const Variant& variant : playlist.variants) {
    text += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(variant.bandwidth) +
            ",AVERAGE-BANDWIDTH=" + std::to_string(variant.average);
    if (!variant.codecs.empty()) text += ",CODECS=" + quoted(variant.codecs);
    if (variant.width != 0) {
      text += ",RESOLUTION=" + std::to_string(variant.width) + "x" + std::to_string(variant.height);
    }
    if (!variant.rate.empty()) text += ",FRAME-RATE=" + variant.rate;
    if (!variant.range.empty()) text += ",VIDEO-RANGE=" + variant.range;
    if (!playlist.sound.empty()) text += ",AUDIO=\"audio\"";
    text += "\n" + variant.uri + "\n";
  }
  return text;
}

}  // namespace sl::hls

// The playlists that sl-hls writes (RFC 8216 and its successor, draft-pantos-hls-rfc8216bis): plain data and their
// text, which a later run reads back to continue. (net/serve/playlist.h reads playlists of any origin.)

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/rational.h"

namespace sl::hls {

// Lengths are whole microseconds: differences of rounded times, so that their sum never drifts.
struct Part {
  std::string uri;
  std::int64_t duration = 0;
  bool independent = false, gap = false;
  bool operator==(const Part&) const = default;
};

struct Segment {
  std::string uri;
  std::int64_t duration = 0;
  std::string map;                    // the initialization section; empty: the segment has it
  std::int64_t wall = no_time;        // of its first frame, ns since 1970
  std::uint32_t discontinuities = 0;  // before it
  bool gap = false;                   // lost: no file
  std::vector<Part> parts;
  bool operator==(const Segment&) const = default;
};

enum class Kind : std::uint8_t { Window, Event, Vod };

struct MediaPlaylist {
  Kind kind = Kind::Window;
  bool independent = true;  // every segment can be decoded by itself
  bool ended = false;
  std::int64_t target = 1;  // seconds
  std::uint64_t sequence = 0, discontinuity_sequence = 0;
  std::deque<Segment> segments;
  // Low latency, if part_target is not 0 (microseconds).
  std::int64_t part_target = 0, part_hold_back = 0;
  std::optional<Segment> open;  // in progress: its parts so far
  std::string hint;             // the next part
  bool operator==(const MediaPlaylist&) const = default;

  // The sequence number of the segment after the complete ones.
  [[nodiscard]] std::uint64_t next() const { return sequence + segments.size(); }
  // The discontinuity sequence number of the last segment.
  [[nodiscard]] std::uint64_t last_discontinuity() const;
  [[nodiscard]] std::int64_t duration() const;
  // Return whether the parts of segment `index` are listed: it is in the last three target durations.
  [[nodiscard]] bool lists_parts(std::size_t index) const;
};

[[nodiscard]] std::string text_of(const MediaPlaylist& playlist);
// Parse a text that text_of wrote. Return nothing for any other text.
[[nodiscard]] std::optional<MediaPlaylist> parse_media_playlist(std::string_view text);

// A rendition of sound that variants share.
struct SoundRendition {
  std::string name, language, uri, channels;
  bool is_default = false;  // played unless the user chooses another; one of a group at most
  bool autoselect = false;  // a player may choose it by its language
};
struct Variant {
  std::string uri, codecs, rate;
  std::string range;                    // "PQ", "HLG"; empty: SDR
  std::uint32_t width = 0, height = 0;  // 0: sound alone
  std::uint64_t bandwidth = 0, average = 0;
  bool operator==(const Variant&) const = default;
};
struct MasterPlaylist {
  bool independent = true, gaps = false, low_latency = false, maps = true;
  std::vector<SoundRendition> sound;
  std::vector<Variant> variants;
};
[[nodiscard]] std::string text_of(const MasterPlaylist& playlist);

}  // namespace sl::hls

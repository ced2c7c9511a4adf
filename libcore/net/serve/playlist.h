// HLS playlists (RFC 8216bis) for the server, which did not write them: progress, hints, delta updates, tokens. Pure
// functions of the text that keep unknown tags. (formats/hls/playlist.h writes playlists.)

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sl::serve {

struct Playlist {
  using Time = std::chrono::microseconds;
  struct Segment {
    std::size_t end = 0;  // in the text: after the line of its URI
    Time duration{};
    std::uint64_t parts = 0;
  };

  std::uint64_t media_sequence = 0;
  std::vector<Segment> segments;
  std::uint64_t trailing_parts = 0;  // of the incomplete segment
  Time target{}, part_target{};      // 0: missing
  bool ended = false;
  bool can_block_reload = false;
  std::optional<Time> can_skip_until;
  std::vector<std::string> hints;  // URIs of EXT-X-PRELOAD-HINT
};

// Never throws: a text that is no playlist has no segments.
[[nodiscard]] Playlist read_playlist(std::string_view text);

// The answer to `_HLS_msn` and `_HLS_part` (6.2.5.2).
enum class Reload { Ready, Wait, TooFar };
[[nodiscard]] Reload reload(const Playlist& playlist, std::uint64_t sequence, std::optional<std::uint64_t> part);

// Return the delta update for `_HLS_skip` (6.2.5.1), or nothing if no segment can be skipped. Date ranges are all kept,
// as their age is unknown.
[[nodiscard]] std::optional<std::string> delta_update(std::string_view text, const Playlist& playlist);

// Return the text with `query` ("token=abc") appended to every URI on this server.
[[nodiscard]] std::string with_query(std::string_view text, std::string_view query);

// Return the name in the folder ("live/part7.m4s") of a URI in the playlist at `base` ("live/index.m3u8"). Nothing if
// the URI leads out of the folder or to another server.
[[nodiscard]] std::optional<std::string> resolve(std::string_view base, std::string_view uri);

}  // namespace sl::serve

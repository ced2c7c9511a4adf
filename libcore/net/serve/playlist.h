// What a server has to know of a playlist (RFC 8216bis) to answer for it: how far it has come, what it hints at, and
// its delta updates. Pure functions of its text; what they do not know they leave as it is.

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
  std::uint64_t trailing_parts = 0;  // of the segment that is not there yet
  Time target{}, part_target{};      // 0: not told
  bool ended = false;
  bool can_block_reload = false;
  std::optional<Time> can_skip_until;
  std::vector<std::string> hints;  // URIs of EXT-X-PRELOAD-HINT
};

// Whatever the text is: what is no playlist has no segments.
[[nodiscard]] Playlist read_playlist(std::string_view text);

// The answer to `_HLS_msn` and `_HLS_part` (6.2.5.2).
enum class Reload { Ready, Wait, TooFar };
[[nodiscard]] Reload reload(const Playlist& playlist, std::uint64_t sequence, std::optional<std::uint64_t> part);

// The delta update for `_HLS_skip` (6.2.5.1), or nothing where there is nothing to skip or to be skipped. Date ranges
// are all kept, as nobody here knows when they came.
[[nodiscard]] std::optional<std::string> delta_update(std::string_view text, const Playlist& playlist);

// The text with `query` ("token=abc") put to every URI that stays on this server.
[[nodiscard]] std::string with_query(std::string_view text, std::string_view query);

// Where a URI of the playlist at `base` ("live/index.m3u8") lies in the folder: "live/part7.m4s". Nothing where it
// leads out of it or to another server.
[[nodiscard]] std::optional<std::string> resolve(std::string_view base, std::string_view uri);

}  // namespace sl::serve

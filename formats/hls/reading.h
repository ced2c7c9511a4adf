// HLS playlists (RFC 8216) before FFmpeg reads them: their references, whether they are live, the best variant.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sl::av {

constexpr std::size_t max_playlist_bytes = std::size_t{16} << 20;

struct HlsPlaylist {
  bool is_master = false;     // lists playlists; else segments
  bool ended = false;         // complete
  double target_seconds = 0;  // the longest segment
  std::vector<std::string> references;
  std::string unknown_encryption;  // an unsupported method

  // Never fails: a text that is no playlist has no references.
  explicit HlsPlaylist(std::string_view text);
};

[[nodiscard]] bool looks_like_hls(std::string_view start);

// Return the master playlist with its best variant only (most pixels, then highest bandwidth) and one rendition of each
// type, so that FFmpeg fetches no byte of the others. A text without variants is returned unchanged.
[[nodiscard]] std::string best_variant(std::string_view text);

// Return the playlist from the segment that contains the time `seconds` on. Keys, headers and numbers stay correct.
[[nodiscard]] std::string from_time(std::string_view text, double seconds);

// Return how many periods a playlist of segments has: EXT-X-DISCONTINUITY stands between two of them.
[[nodiscard]] std::size_t count_periods(std::string_view text);

// Return the playlist with the segments of one period only, counted from 0. Keys, headers and numbers stay correct.
[[nodiscard]] std::string period_of(std::string_view text, std::size_t period);

// Return the playlist with `gap_reference` in place of the references of segments that EXT-X-GAP says are missing.
[[nodiscard]] std::string mark_gaps(std::string_view text);
constexpr std::string_view gap_reference = "EXT-X-GAP";

// Return the value of --allow ("HOST" or "FOLDER/") that would permit this reference of a playlist at `base`.
[[nodiscard]] std::string needed_allowance(std::string_view base, std::string_view reference);

// Return whether the reference has a scheme other than http and https: "file:", "data:", "subfile,,start,0:".
[[nodiscard]] bool has_foreign_scheme(std::string_view reference);

}  // namespace sl::av

// An HLS playlist (RFC 8216) as far as it has to be known before FFmpeg reads it: what it refers to, whether it goes
// on, and which of its variants is the best.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sl::av {

constexpr std::size_t max_playlist_bytes = std::size_t{16} << 20;

struct HlsPlaylist {
  bool is_master = false;     // of playlists; else of segments
  bool ended = false;         // nothing will be added
  double target_seconds = 0;  // how long a segment is at most
  std::vector<std::string> references;
  std::string unknown_encryption;  // a method that nobody here knows

  // Never throws: what is no playlist has no references.
  explicit HlsPlaylist(std::string_view text);
};

[[nodiscard]] bool looks_like_hls(std::string_view start);

// The master playlist with its best variant only (most pixels, then most bits), and one rendition of each kind for it,
// so that no byte of the others is fetched. A text without variants comes back as it is.
[[nodiscard]] std::string best_variant(std::string_view text);

// A playlist of segments from the segment on that `seconds` from the start lie in; keys, headers and numbers stay
// right.
[[nodiscard]] std::string from_time(std::string_view text, double seconds);

// "HOST" or "FOLDER/" that --allow would have to name for this reference of a playlist at `base`.
[[nodiscard]] std::string needed_allowance(std::string_view base, std::string_view reference);

// Whether it stands for itself and is neither http nor https: "file:", "data:", "concat:", "subfile,,start,0:".
[[nodiscard]] bool has_foreign_scheme(std::string_view reference);

}  // namespace sl::av

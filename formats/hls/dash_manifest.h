// A DASH manifest (ISO 23009-1) of a film that is whole, as HLS playlists of the same segments. FFmpeg's own reader of
// manifests opens what they refer to by itself, where nobody can judge it; its reader of HLS asks (references.h).

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sl::av {

[[nodiscard]] bool looks_like_dash(std::string_view start);

struct DashAsHls {
  std::string master;
  std::map<std::string, std::string> playlists;  // by what stands in `master` for them: "dash:0"
};
// References come out absolute, as seen from `base`. Throws Data where it is damaged, or of a kind that is not read:
// live ones, several periods, encryption.
[[nodiscard]] DashAsHls hls_of_dash(std::string_view manifest, const std::string& base);

// What `reference` is, seen from `base`: both URLs or paths.
[[nodiscard]] std::string resolve_reference(const std::string& base, const std::string& reference);

}  // namespace sl::av

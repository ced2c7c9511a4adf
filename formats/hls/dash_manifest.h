// A DASH manifest (ISO 23009-1) of a complete film, as HLS playlists of the same segments. FFmpeg's reader of manifests
// opens their references without asking; its reader of HLS asks (references.h).

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sl::av {

[[nodiscard]] bool looks_like_dash(std::string_view start);

struct DashAsHls {
  std::string master;
  std::map<std::string, std::string> playlists;  // by their URI in `master`: "dash:0"
};
// Convert a manifest at `base`; references become absolute. Throws Data if it is damaged or of an unsupported kind:
// live, several periods, encrypted.
[[nodiscard]] DashAsHls hls_of_dash(std::string_view manifest, const std::string& base);

// Resolve `reference` against `base`: both URLs or paths.
[[nodiscard]] std::string resolve_reference(const std::string& base, const std::string& reference);

}  // namespace sl::av

// The height of a track's strips, and members of its JSON.

#include "libcore/media/track.h"

#include <algorithm>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"

namespace sl {

std::uint32_t strip_alignment(const Track& track) {
  const bool interlaced = track.fields == Fields::Top || track.fields == Fields::Bottom;
  return (1u << track.pixels->shift_y) * (interlaced ? 2 : 1);
}

std::uint32_t strip_rows(const Track& track) {
  constexpr std::uint64_t preferred = 256 << 10, largest = 1 << 20;
  const std::uint32_t alignment = strip_alignment(track);
  const std::uint64_t step = strip_bytes(*track.pixels, track.width, 16) <= largest ? 16 : alignment;
  const std::uint64_t step_bytes = strip_bytes(*track.pixels, track.width, static_cast<std::uint32_t>(step));
  const std::uint64_t steps = std::max<std::uint64_t>(1, preferred / std::max<std::uint64_t>(1, step_bytes));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(steps * step, 1u << 16));
}

std::string_view kind_name(Kind kind) { return kind == Kind::Video ? "video" : kind == Kind::Audio ? "audio" : "data"; }

namespace {

Json rest_member(const Track& track, std::string_view name) {
  if (track.rest.find(name) == std::string::npos) return {};
  const Json rest = parse_json(track.rest, wire_limit::json);
  const auto found = rest.find(name);
  return found == rest.end() ? Json() : *found;
}

}  // namespace

std::string rest_text(const Track& track, std::string_view member) {
  const Json value = rest_member(track, member);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool rest_flag(const Track& track, std::string_view member) { return rest_member(track, member) == true; }

}  // namespace sl

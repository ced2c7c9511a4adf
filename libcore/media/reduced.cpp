// The member `reduced`, read and written.

#include "libcore/media/reduced.h"

#include <algorithm>
#include <string>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/geometry.h"
#include "libcore/media/track.h"

namespace sl {

namespace {

constexpr const char* member = "reduced";

}  // namespace

std::optional<Reduced> reduced_of(const Track& track) {
  if (track.rest.find(member) == std::string::npos) return std::nullopt;
  const Json rest = parse_json(track.rest, wire_limit::json);
  const auto found = rest.find(member);
  if (found == rest.end() || !found->is_array() || found->size() != 4) return std::nullopt;
  const auto is_length = [](const Json& value) {
    return value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
           value.get<std::int64_t>() <= wire_limit::number;
  };
  if (!std::ranges::all_of(*found, is_length) || (*found)[0] == 0 || (*found)[1] == 0) return std::nullopt;
  return Reduced{{(*found)[0], (*found)[1]}, (*found)[2], (*found)[3]};
}

void set_reduced(Track& track, const std::optional<Reduced>& reduced) {
  Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
  if (reduced) {
    rest[member] = Json::array({reduced->whole.width, reduced->whole.height, reduced->x, reduced->y});
  } else {
    rest.erase(member);
  }
  track.rest = rest.empty() ? std::string() : write_json(rest);
}

Size whole_size(const Track& track) {
  const auto reduced = reduced_of(track);
  if (!reduced) return upright_size(track);
  const Size& whole = reduced->whole;
  return turn_of(track.orientation).swap ? Size{whole.height, whole.width} : whole;
}

Rect part_of_reduced(const Track& track, const Rect& part) {
  const auto reduced = reduced_of(track);
  if (!reduced) return part;
  Track whole = track;
  whole.width = reduced->whole.width;
  whole.height = reduced->whole.height;
  Rect stored = stored_part(whole, part);
  stored.x -= reduced->x;
  stored.y -= reduced->y;
  return upright_part(track, stored);
}

}  // namespace sl

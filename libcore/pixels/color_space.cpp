// Profiles before numbers.

#include "libcore/pixels/color_space.h"

#include <algorithm>

#include "libcore/media/track.h"

namespace sl {

bool profile_fits(std::string_view profile, bool gray) {
  const std::string_view space = profile.size() >= 20 ? profile.substr(16, 4) : std::string_view();
  return gray == (space == "GRAY") || space == "Lab ";
}

ColorSpace space_of(const Track& track, std::span<const Attachment> attachments) {
  const auto found = std::ranges::find(attachments, "icc", &Attachment::name);
  const bool gray = track.pixels->model == Model::Gray;
  if (found != attachments.end() && profile_fits(found->bytes, gray)) return {2, 2, found->bytes};
  return {track.color.primaries, track.color.transfer, {}};
}

}  // namespace sl

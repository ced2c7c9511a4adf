// Sizes and parts of a certain picture.

#include "formats/wanted.h"

#include <algorithm>

#include "formats/format.h"
#include "libcore/media/geometry.h"

namespace sl {

Wanted wanted_by(const FormatOptions& options) {
  Wanted wanted;
  // Of lengths on paper a decoder knows no pixels before it has the density.
  const auto is_known = [](const std::string& text) { return !text.empty() && !has_lengths(text); };
  if (const std::string& size = options.text("for-size"); is_known(size)) wanted.size.emplace("for-size", size);
  if (const std::string& part = options.text("for-part"); is_known(part)) wanted.part.emplace("for-part", part);
  wanted.gravity = find_name(options.text("for-gravity"), gravity_names);
  return wanted;
}

unsigned wanted_shrink(const Wanted& wanted, const Track& track) {
  if (!wanted.size) return 1;
  const Size whole = upright_size(track), size = wanted.size->of(whole);
  for (const unsigned shrink : {8U, 4U, 2U}) {
    if (whole.width / shrink / 2 >= size.width && whole.height / shrink / 2 >= size.height) return shrink;
  }
  return 1;
}

Rect wanted_part(const Wanted& wanted, const Track& track) {
  const Rect whole{0, 0, track.width, track.height};
  if (!wanted.part) return whole;
  const Size size = upright_size(track);
  const auto part = part_inside(wanted.part->in(size, wanted.gravity), size);
  if (!part) return whole;
  const Rect stored = stored_part(track, *part);
  constexpr std::int64_t grid = 32, around = 4;
  const auto down = [](std::int64_t place) { return std::max<std::int64_t>(0, place - around) / grid * grid; };
  const auto up = [](std::int64_t place, std::uint32_t end) {
    return std::min<std::int64_t>((place + around + grid - 1) / grid * grid, end);
  };
  const std::int64_t x = down(stored.x), y = down(stored.y);
  const std::int64_t right = up(stored.x + stored.width, track.width),
                     bottom = up(stored.y + stored.height, track.height);
  return {x, y, static_cast<std::uint32_t>(right - x), static_cast<std::uint32_t>(bottom - y)};
}

}  // namespace sl

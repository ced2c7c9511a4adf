// A price for the loss in each format, and the cheapest of them.

#include "libcore/pixels/format_choice.h"

#include <algorithm>
#include <cassert>

namespace sl {

int loss(const PixelNeeds& needs, const PixelFormat& format) {
  int sum = 0;
  if (needs.alpha && !format.alpha) sum += 1 << 20;
  if (!needs.alpha && format.alpha) sum += 50;
  if (needs.model != format.model)
    sum += needs.model == Model::Gray ? 20 : format.model == Model::Gray ? 1 << 22 : 30000;
  sum += format.bits < needs.bits ? (needs.bits - format.bits) * 10000 : (format.bits - needs.bits) * 10;
  const auto chroma = [&](int wants, int has) { sum += has > wants ? (has - wants) * 5000 : (wants - has) * 200; };
  if (format.model == Model::Yuv) {
    chroma(needs.shift_x, format.shift_x);
    chroma(needs.shift_y, format.shift_y);
  }
  return sum;
}

Track nearest(const Track& track, std::span<const std::string_view> formats) {
  assert(!formats.empty());
  const PixelFormat& from = *track.pixels;
  const bool alpha = from.alpha && track.alpha != Alpha::None;
  const int shift = from.model == Model::Gray ? 1 : 0;  // constant chroma: the least of it
  const PixelNeeds needs{from.model, from.bits, std::max(from.shift_x, shift), std::max(from.shift_y, shift), alpha};
  const auto cost = [&](std::string_view name) { return loss(needs, pixel_format(name)); };
  const PixelFormat& to = pixel_format(*std::ranges::min_element(formats, {}, cost));
  Track result = track;
  result.pixels = &to;
  result.alpha = alpha && to.alpha ? Alpha::Straight : Alpha::None;
  if (result.bits >= to.bits) result.bits = 0;
  if (to.model == Model::Yuv) return result;
  if (to.model == Model::Rgb) {
    result.color.matrix = 0;
  } else if (from.model != Model::Gray) {
    result.color.matrix = 2;
  }
  if (to.model != from.model || track.color.range == Range::Limited) result.color.range = Range::Full;
  result.color.chroma = Chroma::Unknown;
  return result;
}

}  // namespace sl

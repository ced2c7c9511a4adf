// A price for the loss in each format, and the cheapest of them.

#include "libcore/pixels/format_choice.h"

#include <algorithm>
#include <cassert>

namespace sl {

namespace {

int price(const PixelFormat& from, bool alpha, const PixelFormat& to) {
  int sum = 0;
  if (alpha && !to.alpha) sum += 1 << 20;
  if (!alpha && to.alpha) sum += 50;
  if (from.model != to.model) sum += from.model == Model::Gray ? 20 : to.model == Model::Gray ? 1 << 22 : 30000;
  sum += to.bits < from.bits ? (from.bits - to.bits) * 1000 : (to.bits - from.bits) * 10;
  const auto chroma = [&](int has, int gets) { sum += gets > has ? (gets - has) * 150 : (has - gets) * 2; };
  if (from.model == Model::Yuv && to.model == Model::Yuv) {
    chroma(from.shift_x, to.shift_x);
    chroma(from.shift_y, to.shift_y);
  }
  return sum;
}

}  // namespace

Track nearest(const Track& track, std::span<const std::string_view> formats) {
  assert(!formats.empty());
  const PixelFormat& from = *track.pixels;
  const bool alpha = from.alpha && track.alpha != Alpha::None;
  const auto cost = [&](std::string_view name) { return price(from, alpha, pixel_format(name)); };
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

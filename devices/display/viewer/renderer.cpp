// Preparing the steps for a track, and running them.

#include "devices/display/viewer/renderer.h"

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/pixels/working_space.h"

namespace sl::viewer {

namespace {

std::uint32_t shrink_factor(const Track& track, Room room) {
  if (room.width == 0 || room.height == 0 || track.fields == Fields::Top || track.fields == Fields::Bottom) return 1;
  const bool turned = track.orientation >= 5;
  const std::uint32_t width = turned ? track.height : track.width, height = turned ? track.width : track.height;
  // Pixels that are not square need more of one side.
  const auto stretch =
      track.sample_aspect.num > 0
          ? std::max(1.0, static_cast<double>(track.sample_aspect.num) / static_cast<double>(track.sample_aspect.den))
          : 1.0;
  const double fits = std::max(width * stretch / room.width, 1.0 * height / room.height);
  return static_cast<std::uint32_t>(std::clamp(fits, 1.0, 64.0));
}

}  // namespace

void Renderer::prepare(const Track& track, std::uint32_t factor) {
  if (factor == factor_ && track == from_) return;
  factor_ = factor;
  from_ = track;
  shrinker_.reset();
  if (factor > 1) shrinker_.emplace(track, ShrinkFactors{factor, factor}, false);
  converter_.emplace(shrinker_ ? shrinker_->track() : track, true);
  to_ = working(converter_->upright(), WorkingSpace::Rgb24);
  check_memory("the picture", strip_bytes(*to_.pixels, to_.width, to_.height), "a picture on the screen");
  converter_->convert_to(to_);
}

Image Renderer::render(const Picture& picture, Room room) {
  const Track& track = *picture.track;
  prepare(track, shrink_factor(track, room));
  const double aspect = to_.sample_aspect.num > 0
                            ? static_cast<double>(to_.sample_aspect.num) / static_cast<double>(to_.sample_aspect.den)
                            : 1.0;
  if (!shrinker_ && converter_->changes_nothing()) return {to_.width, to_.height, picture.samples.data(), aspect};
  rgb_.resize(strip_bytes(*to_.pixels, to_.width, to_.height));
  auto* const samples = const_cast<std::byte*>(picture.samples.data());  // a Strip is a view that could write
  Strip whole = packed_strip(*track.pixels, track.width, track.height, samples);
  whole.last = true;
  const std::uint32_t rows = strip_rows(track);
  for (std::uint32_t first = 0; first < track.height; first += rows) {
    push(part_of(whole, first, std::min(rows, track.height - first)));
  }
  return {to_.width, to_.height, rgb_.data(), aspect};
}

void Renderer::push(const Strip& strip) {
  if (!shrinker_) return convert(strip);
  // It may change its input, and the picture may be shown again.
  copy_.resize(strip_bytes(*strip.format, strip.width, strip.rows));
  Strip copy = packed_strip(*strip.format, strip.width, strip.rows, copy_.data());
  copy.first = strip.first;
  copy.last = strip.last;
  copy_rows(strip, copy);
  shrinker_->push(copy, [this](const Strip& rows) { convert(rows); });
}

void Renderer::convert(const Strip& strip) {
  converter_->push(strip, [this](const Strip& rows) { keep(rows); });
}

void Renderer::keep(const Strip& strip) {
  const Strip whole = packed_strip(*to_.pixels, to_.width, to_.height, rgb_.data());
  copy_rows(strip, part_of(whole, strip.first, strip.rows));
}

}  // namespace sl::viewer
